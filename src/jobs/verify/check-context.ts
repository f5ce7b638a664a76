import type { Check, CheckOf } from '../catalogue/job-manifest.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { TaskPort } from './ask-port.js';

export interface CheckContext {
  readonly connection: ClusterConnection;
  /** The id of the job. */
  readonly job: string;
  readonly allocations: readonly Allocation[];
  readonly signal: AbortSignal;
}

/** What one look found. */
export interface CheckResult {
  readonly ok: boolean;
  readonly found: string;
}

/** Looks once. What it throws is an answer, too: what went wrong. */
export type CheckKind<Kind extends Check['kind']> = (check: CheckOf<Kind>, at: CheckContext) => Promise<CheckResult>;

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

/** A text between slashes is a regular expression; any other must be the whole answer. */
export function isExpected(said: string, expected: string | undefined): boolean {
  if (expected === undefined) return true;
  const pattern = /^\/(.+)\/$/s.exec(expected)?.[1];
  return pattern === undefined ? said === expected : new RegExp(pattern).test(said);
}

/** The port of the newest running allocation of a group. @throws Error in words */
export function portOf({ group, port }: { readonly group: string; readonly port: string }, { allocations }: CheckContext): TaskPort {
  const allocation = runningIn(group, allocations);
  const found = allocation?.AllocatedResources?.Shared.Ports?.find(({ Label }) => Label === port);
  if (found && allocation) return { node: allocation.NodeName, host: found.HostIP, port: found.Value };
  throw new Error(allocation ? `group ${group} has no port ${port}` : `no allocation of group ${group} is running`);
}
