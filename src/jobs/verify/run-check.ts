import type { Check, ExecCheck } from '../catalogue/job-manifest.js';
import { createConsulApi } from '../../clients/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { execInTask } from '../../clients/nomad-exec.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import type { ClusterConnection } from '../../cluster/connection.js';
import { askHttp, connectProblem, type TaskPort } from './ask-port.js';

export interface CheckContext {
  readonly connection: ClusterConnection;
  readonly allocations: readonly Allocation[];
  readonly signal: AbortSignal;
}

/** What one look found. */
export interface CheckResult {
  readonly ok: boolean;
  readonly found: string;
}

/** A check that hangs is a check that failed. */
const CHECK_TIMEOUT_MS = 5000;

/** Looks once. A service that refuses or cannot be reached is an answer; only an abort is thrown. */
export async function runCheck(check: Check, at: CheckContext): Promise<CheckResult> {
  try {
    switch (check.kind) {
      case 'exec':
        return await checkByExec(check, at);
      case 'http':
        return await checkByHttp(check, at);
      case 'tcp':
        return await checkByTcp(portOf(check, at), at);
      case 'service':
        return await checkService(check, at);
    }
  } catch (error) {
    at.signal.throwIfAborted();
    return { ok: false, found: error instanceof NomadctlError ? [error.message, ...error.why].join(': ') : reasonOf(error) };
  }
}

/** The newest running allocation of a group, on which checks look. */
export function runningIn(group: string, allocations: readonly Allocation[]): Allocation | undefined {
  return allRunningIn(group, allocations)[0];
}

/** All of them, the newest first. */
export function allRunningIn(group: string, allocations: readonly Allocation[]): Allocation[] {
  return allocations
    .filter((one) => one.TaskGroup === group && one.ClientStatus === 'running' && one.DesiredStatus === 'run')
    .sort((a, b) => b.CreateIndex - a.CreateIndex);
}

export async function checkByExec(check: ExecCheck, { connection, allocations, signal }: CheckContext): Promise<CheckResult> {
  const allocation = runningIn(check.group, allocations);
  if (!allocation) return { ok: false, found: `no allocation of group ${check.group} is running` };
  const reply = await execInTask(createNomadApi(connection.nomad), {
    allocation: allocation.ID,
    task: check.task,
    command: check.command,
    timeoutMs: CHECK_TIMEOUT_MS,
    signal,
  });
  const said = reply.stdout.trim();
  if (reply.exitCode !== 0)
    return { ok: false, found: `exit code ${reply.exitCode}: ${(reply.stderr.trim() || said).split('\n').slice(-2).join(' / ')}` };
  return { ok: isExpected(said, check.expect), found: said };
}

/** A text between slashes is a regular expression; any other must be the whole answer. */
export function isExpected(said: string, expected: string | undefined): boolean {
  if (expected === undefined) return true;
  const pattern = /^\/(.+)\/$/.exec(expected)?.[1];
  return pattern === undefined ? said === expected : new RegExp(pattern).test(said);
}

async function checkByHttp(check: Extract<Check, { kind: 'http' }>, at: CheckContext): Promise<CheckResult> {
  const { status, body } = await askHttp(portOf(check, at), check.path, at);
  if (status !== check.status) return { ok: false, found: `status ${status} instead of ${check.status}` };
  return { ok: isExpected(body, check.expect), found: body.slice(0, 200) };
}

async function checkByTcp(port: TaskPort, at: CheckContext): Promise<CheckResult> {
  const problem = await connectProblem(port, at);
  return { ok: problem === undefined, found: problem ?? `${port.host}:${port.port} accepts` };
}

function portOf({ group, port }: { group: string; port: string }, { allocations }: CheckContext): TaskPort {
  const allocation = runningIn(group, allocations);
  const found = allocation?.AllocatedResources?.Shared.Ports?.find(({ Label }) => Label === port);
  if (found && allocation) return { node: allocation.NodeName, host: found.HostIP, port: found.Value };
  throw new Error(allocation ? `group ${group} has no port ${port}` : `no allocation of group ${group} is running`);
}

async function checkService(check: Extract<Check, { kind: 'service' }>, { connection, signal }: CheckContext): Promise<CheckResult> {
  const { value } = await createConsulApi(connection.consul).service(check.service, { index: 0, signal });
  const passing = value.filter((instance) => instance.passing);
  const addresses = passing.map(({ address, port }) => `${address}:${port}`).join(', ');
  return { ok: passing.length >= check.passing, found: passing.length > 0 ? addresses : `${value.length} registered, none passing` };
}
