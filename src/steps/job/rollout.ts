import type { Allocation, Deployment, Evaluation, TaskEvent } from '../../clients/nomad-model.js';
import type { HealthOutcome } from './job-state.js';

/** All that is known about a rollout at one moment. */
export interface Rollout {
  readonly jobId: string;
  /** What the user calls it: a name of the catalogue, or a file. */
  readonly word: string;
  readonly type: string;
  readonly version: number;
  readonly deployment: Deployment | undefined;
  /** Those of this version only. */
  readonly allocations: readonly Allocation[];
  /** Those made for this version's deployment. */
  readonly evaluations: readonly Evaluation[];
  /** Nothing was registered: what runs has been running, and its past does not count. */
  readonly unchanged: boolean;
  readonly patient: boolean;
  readonly queue: boolean;
}

export type Verdict =
  | { readonly state: 'waiting'; readonly line: string }
  | { readonly state: 'done'; readonly outcome: HealthOutcome; readonly line: string }
  /** The scheduler ran out of room in the middle of the rollout. */
  | { readonly state: 'unplaceable'; readonly evaluation: Evaluation }
  | {
      readonly state: 'failed';
      readonly code: string;
      readonly message: string;
      readonly next: string;
      readonly culprits: readonly Allocation[];
    };

/** Not decided yet; the line says how far it is. */
export const waiting = (line: string): Verdict => ({ state: 'waiting', line });

/** Failed for good, or unhealthy by its deployment's rules. */
export function isBroken(allocation: Allocation): boolean {
  return allocation.ClientStatus === 'failed' || allocation.DeploymentStatus?.Healthy === false;
}

/** An event that says that a task did not start, or ended badly. */
export function isCrash(event: TaskEvent): boolean {
  if (event.Type === 'Driver Failure' || event.Type === 'Setup Failure' || event.Type === 'Failed Artifact Download') return true;
  return event.Type === 'Terminated' && event.Details?.['exit_code'] !== undefined && event.Details['exit_code'] !== '0';
}

/** The latest thing that went wrong in an allocation, in a few words. */
export function troubleOf(allocation: Allocation): string[] {
  const crashes = Object.entries(allocation.TaskStates ?? {}).flatMap(([task, { Events, Restarts }]) =>
    (Events ?? []).filter(isCrash).map((event) => ({ task, event, again: Restarts > 0 ? `, restarted ${Restarts} times` : '' })),
  );
  const latest = crashes.sort((a, b) => b.event.Time - a.event.Time)[0];
  return latest ? [`${allocation.TaskGroup}/${latest.task}: ${latest.event.DisplayMessage}${latest.again}`] : [];
}
