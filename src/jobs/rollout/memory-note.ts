import { ApiError } from '@nomadctl/base/errors';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { Allocation, AllocationInFull, TaskEvent } from '../../clients/nomad-rollout-model.js';

/** What an event of a task has to do with its memory, in a few words; nothing where it has not. */
export type MemoryNote = (allocation: Pick<Allocation, 'ID'>, task: string, event: TaskEvent) => Promise<string | undefined>;

/** By the kernel, where Nomad says so; probably by it, where nobody but the kernel is known to do such a thing. */
export type MemoryKill = 'certain' | 'probable';

/** 128 and the signal: a shell reports so what has become of the program that it ran. */
const KILLED = '137';

/**
 * Only docker and exec may tell that the kernel killed a task for its memory; of raw_exec, and of docker on some kernels, there is
 * nothing but signal 9. A task that Nomad kills has an event for that before its end.
 */
export function memoryKillOf(event: TaskEvent, before: readonly TaskEvent[]): MemoryKill | undefined {
  if (event.Type !== 'Terminated') return undefined;
  if (event.Details?.['oom_killed'] === 'true') return 'certain';
  if (event.Details?.['exit_code'] !== KILLED && event.Details?.['signal'] !== '9') return undefined;
  const life = before.slice(before.findLastIndex(({ Type }) => Type === 'Started') + 1);
  return life.some(({ Type }) => Type === 'Killing' || Type === 'Restart Signaled') ? undefined : 'probable';
}

/**
 * In MiB; undefined where nothing holds the task to it. Nomad limits the programs of its own drivers by control groups, which
 * its agent can make as root alone; docker has them made.
 */
export function memoryLimitOf({ Job, TaskGroup, AllocatedResources }: AllocationInFull, task: string, node: Node): number | undefined {
  const driver = Job.TaskGroups.find(({ Name }) => Name === TaskGroup)?.Tasks.find(({ Name }) => Name === task)?.Driver;
  if (driver !== 'docker' && node.Attributes?.['os.cgroups.version'] === undefined) return undefined;
  const memory = AllocatedResources.Tasks[task]?.Memory;
  return memory && Math.max(memory.MemoryMB, memory.MemoryMaxMB ?? 0);
}

export function noteOf(kill: MemoryKill, limit: number): string {
  return kill === 'certain'
    ? `out of memory: the kernel ended it at its limit of ${limit} MiB`
    : `probably out of memory: its limit is ${limit} MiB, and Nomad did not kill it`;
}

/** Asks for an allocation and its node where an event may be about memory. What Nomad has forgotten meanwhile gets no note. */
export function memoryNoteFrom(api: NomadApi, signal: AbortSignal): MemoryNote {
  const noteAbout: MemoryNote = async ({ ID }, task, event) => {
    const allocation = await api.allocation(ID, signal);
    const before = (allocation.TaskStates?.[task]?.Events ?? []).filter(({ Time }) => Time < event.Time);
    const kill = memoryKillOf(event, before);
    if (kill === undefined) return undefined;
    const limit = memoryLimitOf(allocation, task, await api.node(allocation.NodeID, signal));
    return limit === undefined ? undefined : noteOf(kill, limit);
  };
  return async (allocation, task, event) => {
    // What came before can only make less of it.
    if (memoryKillOf(event, []) === undefined) return undefined;
    return noteAbout(allocation, task, event).catch((error: unknown) => {
      if (!(error instanceof ApiError)) throw error;
      return undefined;
    });
  };
}
