import type { Allocation, Deployment, Evaluation, TaskEvent } from '../../clients/nomad-rollout-model.js';
import type { HealthOutcome } from '../job-state.js';
import { checkName } from './check-words.js';
import type { FailingCheck } from './failing-checks.js';
import type { Hint } from '@nomadctl/base/hint/hint';

/** All that is known about a rollout at one moment. */
export interface Rollout {
  readonly jobId: string;
  /** The same as words of a command, with its namespace. */
  readonly words: readonly string[];
  readonly type: string;
  readonly version: number;
  readonly deployment: Deployment | undefined;
  /** Those of this version only. */
  readonly allocations: readonly Allocation[];
  /** Those made for this version's deployment. */
  readonly evaluations: readonly Evaluation[];
  /** An earlier version was stable: what auto_revert goes back to. Without one it goes nowhere. */
  readonly canRevert: boolean;
  /** Nothing was registered: what runs has been running, and its past does not count. */
  readonly unchanged: boolean;
  readonly patient: boolean;
  readonly queue: boolean;
  /** Groups that the scheduler had no place for when the job was registered. */
  readonly unplaced: readonly string[];
  /** Groups whose health a person tells: health_check = "manual". */
  readonly manual: readonly string[];
  /** Ids of allocations that have stayed up for long enough to be shown to that person. */
  readonly settled: readonly string[];
  /** Checks of services that did not pass when they were last asked, of allocations that have gone, too. */
  readonly failingChecks: readonly FailingCheck[];
}

export type Verdict =
  | { readonly state: 'waiting'; readonly line: string }
  | { readonly state: 'done'; readonly outcome: HealthOutcome; readonly line: string }
  /** It waits for a deadline that can change nothing any more: the deployment may be ended now. */
  | { readonly state: 'hopeless'; readonly line: string }
  /** The scheduler ran out of room in the middle of the rollout. */
  | { readonly state: 'unplaceable'; readonly evaluation: Evaluation }
  | {
      readonly state: 'failed';
      readonly code: string;
      readonly message: string;
      readonly next: Hint;
      readonly culprits: readonly Allocation[];
    };

/** Not decided yet; the line says how far it is. */
export const waiting = (line: string): Verdict => ({ state: 'waiting', line });

/** Failed, with nothing that took its place and no evaluation that may: Nomad will leave it alone. */
export function isGivenUp({ ClientStatus, DesiredStatus, NextAllocation, FollowupEvalID }: Allocation): boolean {
  return ClientStatus === 'failed' && DesiredStatus === 'run' && !NextAllocation && !FollowupEvalID;
}

/** `inplaceUpdate` in https://github.com/hashicorp/nomad/blob/main/scheduler/util.go, for allocations that have ended. */
export const SYSBATCH_AGAIN = 'Nomad runs a sysbatch job again when something in its tasks changes, such as a value in their meta';

const WITH_AN_END = new Set(['batch', 'sysbatch']);

/** Failed, or over although a job of this type is to run for good: it runs no more, whatever Nomad makes of that. */
export function isDead({ ClientStatus }: Allocation, type: string): boolean {
  return ClientStatus === 'failed' || (ClientStatus === 'complete' && !WITH_AN_END.has(type));
}

/** Failed for good, or unhealthy by its deployment's rules. */
export function isBroken(allocation: Allocation): boolean {
  return allocation.ClientStatus === 'failed' || allocation.DeploymentStatus?.Healthy === false;
}

/** https://pkg.go.dev/github.com/hashicorp/nomad/api#pkg-constants */
const START_FAILURES = new Set(['Driver Failure', 'Setup Failure', 'Failed Artifact Download', 'Failed Validation', 'Task hook failed']);

/** An event that says that a task did not start, or ended badly. */
export function isCrash({ Type, Details }: TaskEvent): boolean {
  return START_FAILURES.has(Type) || (Type === 'Terminated' && Details?.['exit_code'] !== undefined && Details['exit_code'] !== '0');
}

/** Failed although nothing of it ever ran: no image, no program, no driver. */
export function neverStarted({ ClientStatus, TaskStates }: Allocation): boolean {
  const failed = Object.values(TaskStates ?? {}).filter((task) => task.Failed);
  return (
    ClientStatus === 'failed' &&
    failed.some(({ StartedAt, Events }) => StartedAt === null && (Events ?? []).some(({ Type }) => START_FAILURES.has(Type)))
  );
}

/** Its restart policy has used up its attempts; with mode "delay" it tries on, much later. */
export function isExhausted({ TaskStates }: Allocation): boolean {
  return Object.values(TaskStates ?? {}).some(({ Events }) => {
    const last = (Events ?? []).findLast(({ Type }) => Type === 'Restarting' || Type === 'Not Restarting');
    return last !== undefined && /^Exceeded allowed attempts/.test(last.Details?.['restart_reason'] ?? '');
  });
}

export const restartedTimes = (restarts: number): string => `restarted ${restarts === 1 ? 'once' : `${restarts} times`}`;

/** Names of groups of which the scheduler had no room for all. */
export function stuckGroups({ evaluations, unplaced }: Pick<Rollout, 'evaluations' | 'unplaced'>): string[] {
  const failed = evaluations
    .filter(({ Status }) => Status === 'complete')
    .flatMap(({ FailedTGAllocs }) => Object.keys(FailedTGAllocs ?? {}));
  return [...new Set([...failed, ...unplaced])];
}

/** `check "front page" of web: 404 Not Found`. */
export function checkTrouble({ service, name, said }: FailingCheck): string {
  return `${checkName(name)} of ${service}: ${said || 'no answer yet'}`;
}

/** The latest thing that went wrong in an allocation, in a few words. */
export function troubleOf(allocation: Allocation): string[] {
  const crashes = Object.entries(allocation.TaskStates ?? {}).flatMap(([task, { Events, Restarts }]) =>
    (Events ?? []).filter(isCrash).map((event) => ({ task, event, again: Restarts > 0 ? `, ${restartedTimes(Restarts)}` : '' })),
  );
  const latest = crashes.sort((a, b) => b.event.Time - a.event.Time)[0];
  return latest
    ? [
        `${allocation.TaskGroup}/${latest.task}: ${latest.event.DisplayMessage}${memoryWord(latest.event)}${latest.again}${imageWord(latest.event, allocation)}`,
      ]
    : [];
}

/** The words of docker's driver: https://github.com/hashicorp/nomad/blob/main/drivers/docker/coordinator.go */
function imageWord({ Type, DisplayMessage = '' }: TaskEvent, { NodeName }: Allocation): string {
  const image = Type === 'Driver Failure' ? /Failed to pull `([^`]+)`|[Nn]o such image:? (\S+)/.exec(DisplayMessage) : null;
  return image ? `; ${NodeName} does not have the image ${image[1] ?? image[2]}, and no registry that it reaches gave it` : '';
}

function memoryWord({ Details }: TaskEvent): string {
  return Details?.['oom_killed'] === 'true' ? ', out of memory' : '';
}
