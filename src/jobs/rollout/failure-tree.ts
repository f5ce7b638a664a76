import type { NomadApi } from '../../clients/nomad-api.js';
import { lastLogLines } from '../../clients/nomad-logs.js';
import type { Allocation, TaskEvent, TaskState } from '../../clients/nomad-rollout-model.js';
import { tokenRefusalIn } from './consul-token-refusal.js';
import { checkLines, type FailingCheck } from './failing-checks.js';
import type { MemoryNote } from './memory-note.js';
import { restartedTimes } from './rollout.js';

const ALLOCATIONS_SHOWN = 3;
const EVENTS_SHOWN = 4;
const LINES_SHOWN = 6;
/** Events of a normal life; they explain nothing. */
const QUIET = new Set([
  'Received',
  'Task Setup',
  'Started',
  'Building Task Directory',
  'Downloading Artifacts',
  'Killing',
  'Killed',
  'Sibling Task Failed',
]);

/** What the last words of a task were. */
export type LastWords = (allocation: Allocation, task: string, stream: 'stdout' | 'stderr') => Promise<string[]>;

/** Where more is to be learnt than allocations tell. */
export interface FailureSources {
  readonly lastWords: LastWords;
  readonly memoryNote: MemoryNote;
  /** Checks of services that did not pass when they were last asked. Default: none. */
  readonly failingChecks?: readonly FailingCheck[];
}

export function lastWordsFrom(api: NomadApi, signal: AbortSignal): LastWords {
  return (allocation, task, stream) => lastLogLines(api, { allocation: allocation.ID, task, stream, signal }, LINES_SHOWN);
}

/** Why allocations failed, as lines: group -> allocation -> checks of its services, task -> events -> last log lines. */
export async function failureTree(culprits: readonly Allocation[], sources: FailureSources): Promise<string[]> {
  const newestFirst = [...culprits].sort((a, b) => b.CreateTime - a.CreateTime);
  const blocks = await Promise.all(newestFirst.slice(0, ALLOCATIONS_SHOWN).map((one) => allocationLines(one, sources)));
  const more = newestFirst.length - ALLOCATIONS_SHOWN;
  return [...blocks.flat(), ...(more > 0 ? [`and ${more} more allocations`] : [])];
}

async function allocationLines(allocation: Allocation, sources: FailureSources): Promise<string[]> {
  const head = `group ${allocation.TaskGroup} · allocation ${allocation.ID.slice(0, 8)} on ${allocation.NodeName} · ${allocation.ClientStatus}`;
  const tasks = Object.entries(allocation.TaskStates ?? {});
  const failed = tasks.filter(([, state]) => state.Failed);
  // Where one has failed, the others ended with it.
  const guilty = failed.length > 0 ? failed : tasks.filter(([, state]) => state.Restarts > 0 || tellingEvents(state).length > 0);
  // Where a task has failed, nobody was there to answer.
  const checks = failed.length > 0 ? [] : (sources.failingChecks ?? []).filter((check) => check.allocation === allocation.ID);
  if (guilty.length === 0 && checks.length === 0)
    return [`${head}${allocation.ClientDescription ? ` (${allocation.ClientDescription})` : ''}`];
  const lines = await Promise.all(guilty.map(([name, state]) => taskLines(allocation, { name, state }, sources)));
  return [head, ...checks.flatMap((check) => checkLines(check).map((line) => `  ${line}`)), ...lines.flat()];
}

async function taskLines(
  allocation: Allocation,
  { name, state }: { name: string; state: TaskState },
  { lastWords, memoryNote }: FailureSources,
): Promise<string[]> {
  const [stderr, stdout] = await Promise.all([lastWords(allocation, name, 'stderr'), lastWords(allocation, name, 'stdout')]);
  const events = await Promise.all(
    tellingEvents(state)
      .slice(-EVENTS_SHOWN)
      .map(async (event) => {
        const note = await memoryNote(allocation, name, event);
        const notes = [note, tokenRefusalIn(allocation, event)?.why].filter((one) => one !== undefined);
        return [`    ${event.Type} · ${event.DisplayMessage || event.Type}`, ...notes.map((one) => `      ${one}`)];
      }),
  );
  const restarts = state.Restarts === 0 ? '' : ` · ${restartedTimes(state.Restarts)}`;
  return [
    `  task ${name} · ${state.State}${restarts}`,
    ...events.flat(),
    ...stderr.map((line) => `    stderr  ${line}`),
    ...stdout.map((line) => `    stdout  ${line}`),
  ];
}

/** Of its own accord Nomad kills with its reason, such as a template that cannot be rendered; otherwise it says how it does so. */
function isReason({ Type, DisplayMessage = '' }: TaskEvent): boolean {
  return Type === 'Killing' && DisplayMessage !== '' && !DisplayMessage.startsWith('Sent interrupt');
}

/** Events that say something, each kind once with its latest words. */
function tellingEvents({ Events }: TaskState): TaskEvent[] {
  const telling = (Events ?? []).filter((event) => !QUIET.has(event.Type) || isReason(event));
  return telling.filter(
    (event, index) => !telling.slice(index + 1).some((later) => later.Type === event.Type && later.DisplayMessage === event.DisplayMessage),
  );
}
