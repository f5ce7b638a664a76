import { connect } from 'node:net';
import type { Check, ExecCheck } from '../../catalogue/job-manifest.js';
import { createConsulApi } from '../../clients/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { execInTask } from '../../clients/nomad-exec.js';
import type { Allocation } from '../../clients/nomad-model.js';
import { NomadctlError } from '../../errors.js';
import { reasonOf } from '../../lib/reason.js';
import type { ClusterConnection } from '../../targets/connection.js';

export interface CheckContext {
  readonly connection: ClusterConnection;
  readonly allocations: readonly Allocation[];
  readonly signal: AbortSignal;
}

/** What one look found. */
export interface Look {
  readonly ok: boolean;
  readonly found: string;
}

/** A check that hangs is a check that failed. */
const LOOK_MS = 5000;

/** Looks once. A service that refuses or cannot be reached is an answer; only an abort is thrown. */
export async function runCheck(check: Check, at: CheckContext): Promise<Look> {
  try {
    switch (check.kind) {
      case 'exec':
        return await lookByExec(check, at);
      case 'http':
        return await lookByHttp(check, at);
      case 'tcp':
        return await lookByTcp(addressOf(check, at), at.signal);
      case 'service':
        return await lookInConsul(check, at);
    }
  } catch (error) {
    at.signal.throwIfAborted();
    return { ok: false, found: error instanceof NomadctlError ? [error.message, ...error.why].join(': ') : reasonOf(error) };
  }
}

/** The newest running allocation of a group, on which checks look. */
export function runningIn(group: string, allocations: readonly Allocation[]): Allocation | undefined {
  return allocations
    .filter((one) => one.TaskGroup === group && one.ClientStatus === 'running' && one.DesiredStatus === 'run')
    .sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
}

export async function lookByExec(check: ExecCheck, { connection, allocations, signal }: CheckContext): Promise<Look> {
  const allocation = runningIn(check.group, allocations);
  if (!allocation) return { ok: false, found: `no allocation of group ${check.group} is running` };
  const reply = await execInTask(createNomadApi(connection.nomad), {
    allocation: allocation.ID,
    task: check.task,
    command: check.command,
    timeoutMs: LOOK_MS,
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

async function lookByHttp(check: Extract<Check, { kind: 'http' }>, at: CheckContext): Promise<Look> {
  const { host, port } = addressOf(check, at);
  const signal = AbortSignal.any([at.signal, AbortSignal.timeout(LOOK_MS)]);
  const reply = await fetch(`http://${host}:${port}${check.path}`, { redirect: 'manual', signal });
  const said = (await reply.text()).trim();
  if (reply.status !== check.status) return { ok: false, found: `status ${reply.status} instead of ${check.status}` };
  return { ok: isExpected(said, check.expect), found: said.slice(0, 200) };
}

function addressOf({ group, port }: { group: string; port: string }, { allocations }: CheckContext): { host: string; port: number } {
  const allocation = runningIn(group, allocations);
  const found = allocation?.AllocatedResources?.Shared.Ports?.find(({ Label }) => Label === port);
  if (!found) throw new Error(allocation ? `group ${group} has no port ${port}` : `no allocation of group ${group} is running`);
  return { host: found.HostIP, port: found.Value };
}

function lookByTcp({ host, port }: { host: string; port: number }, signal: AbortSignal): Promise<Look> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, signal, timeout: LOOK_MS });
    const end = (ok: boolean, found: string): void => {
      socket.destroy();
      resolve({ ok, found });
    };
    socket.once('connect', () => end(true, `${host}:${port} accepts`));
    socket.once('timeout', () => end(false, `${host}:${port} did not answer within ${LOOK_MS} ms`));
    socket.once('error', (error) => end(false, error.message));
  });
}

async function lookInConsul(check: Extract<Check, { kind: 'service' }>, { connection, signal }: CheckContext): Promise<Look> {
  const { value } = await createConsulApi(connection.consul).service(check.service, { index: 0, signal });
  const passing = value.filter((instance) => instance.passing);
  const addresses = passing.map(({ address, port }) => `${address}:${port}`).join(', ');
  return { ok: passing.length >= check.passing, found: passing.length > 0 ? addresses : `${value.length} registered, none passing` };
}
