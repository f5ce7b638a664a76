import type { Clock } from '@nomadctl/base/clock';
import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { isLive } from '../../clients/live-allocations.js';
import type { NomadApi } from '../../clients/nomad-api.js';
import { execInTask, type ExecReply } from '../../clients/nomad-exec.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { VolumeFile } from '../place.js';
import { TASK } from './task.js';

export interface TaskReach {
  readonly api: NomadApi;
  /** Of the job. */
  readonly name: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Placement, an image that docker unpacks, and a restart's delay. */
const RUNNING_MS = 120_000;

/** What shall run, or runs: the newest. */
export async function liveAllocation({ api, name, signal }: TaskReach): Promise<Allocation | undefined> {
  const { value } = await api.allocations(name, { index: 0, signal });
  return value.filter(isLive).sort((a, b) => b.CreateIndex - a.CreateIndex)[0];
}

/** Nomad's word for how the task is; more of it where that explains what it waits for. */
export function statusOf(allocation: Allocation | undefined): string {
  if (allocation === undefined) return 'waiting for its client';
  const task = allocation.TaskStates?.[TASK];
  if (allocation.ClientStatus !== 'running') return allocation.ClientStatus;
  return task?.State === 'running' ? 'running' : 'restarting';
}

/** The allocation, once its task runs. @throws OutcomeError `wait-timeout` */
export async function runningTask(reach: TaskReach): Promise<Allocation> {
  const { name, clock, signal } = reach;
  return waitFor({ what: `the task of job ${name}`, timeoutMs: RUNNING_MS, clock, signal, next: again(), pauseMs: 250 }, async () => {
    const allocation = await liveAllocation(reach);
    const status = statusOf(allocation);
    if (allocation && status === 'running') return { value: allocation };
    const events = allocation?.TaskStates?.[TASK]?.Events ?? [];
    return { observed: [status, events.at(-1)?.DisplayMessage].filter(Boolean).join(': ') };
  });
}

/** A file, as its task sees it. Unseen where the task does not run to tell. */
export async function readInTask(reach: TaskReach, path: string): Promise<VolumeFile> {
  const allocation = await liveAllocation(reach);
  if (allocation === undefined || statusOf(allocation) !== 'running') return { isUnseen: true };
  try {
    const { exitCode, stdout } = await execInTask(reach.api, ask(allocation, ['cat', path], reach));
    return exitCode === 0 ? { text: stdout } : {};
  } catch (error) {
    // It ended meanwhile, or Nomad on its client did: the next look tells.
    refuseUnlessEnded(error);
    return { isUnseen: true };
  }
}

/** Whole or not at all, for its owner alone: through the task's input, which nobody keeps. @throws OutcomeError `bootstrap-write-failed` */
export async function writeInTask(reach: TaskReach, path: string, text: string): Promise<void> {
  const { name, clock, signal } = reach;
  const script = 'umask 077 && cat > "$1.new" && mv "$1.new" "$1"';
  const wait = { what: `the task of job ${name}`, timeoutMs: RUNNING_MS, clock, signal, next: again(), pauseMs: 500 };
  const { exitCode, stderr } = await waitFor<ExecReply>(wait, async () => {
    const request = { ...ask(await runningTask(reach), ['sh', '-c', script, 'sh', path], reach), stdin: Buffer.from(text) };
    try {
      return { value: await execInTask(reach.api, request) };
    } catch (error) {
      // Nomad's servers take a task for running that ended a moment ago: once more, when it has been started again.
      refuseUnlessEnded(error);
      return { observed: [error.message, ...error.why].join(': ') };
    }
  });
  if (exitCode === 0) return;
  throw new OutcomeError(`${path} could not be written by job ${reach.name}`, {
    code: 'bootstrap-write-failed',
    why: stderr.trim().split('\n').slice(-3),
    next: again(),
  });
}

/** Lets through what says that the task has ended, or Nomad on its client. @throws any other error */
function refuseUnlessEnded(error: unknown): asserts error is ApiError {
  if (!(error instanceof ApiError && error.code === 'exec-failed')) throw error;
}

function ask({ ID }: Allocation, command: readonly string[], { signal }: TaskReach): Parameters<typeof execInTask>[1] {
  return { allocation: ID, task: TASK, command, signal };
}
