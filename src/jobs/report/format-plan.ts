import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { DesiredUpdates, JobDiff } from '../../clients/nomad-plan-model.js';
import type { Context } from '../../context.js';
import { GIVEN_JOB, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { JobState } from '../job-state.js';
import { SYSBATCH_AGAIN } from '../rollout/rollout.js';
import { marked } from './format-diff.js';

type Style = Context['ui']['style'];
type Planning = Required<Pick<JobState, 'spec' | 'planned' | 'keptCounts'>>;

/** Counts of what Nomad would do with a group, in words: `1 to place, 2 to replace`. */
export function updatesInWords(updates: DesiredUpdates | undefined): string {
  const words: [number | undefined, string][] = [
    [updates?.Place, 'to place'],
    [updates?.Canary, 'canaries to place'],
    [updates?.DestructiveUpdate, 'to replace'],
    [updates?.InPlaceUpdate, 'to update in place'],
    [updates?.Migrate, 'to move'],
    [updates?.Stop, 'to stop'],
    [updates?.Ignore, 'unchanged'],
  ];
  const said = words.filter(([count]) => count).map(([count, what]) => `${count} ${what}`);
  return said.join(', ') || 'nothing to do';
}

/** `+ group redis (1 to place)`, a line per group: what a deploy is about to do. */
export function groupLines({ spec, planned }: Planning, style: Style): string[] {
  const updates = planned.reply.Annotations?.DesiredTGUpdates ?? {};
  const diffs = new Map((planned.reply.Diff?.TaskGroups ?? []).map((group) => [group.Name, group.Type]));
  const gone = [...diffs]
    .filter(([name, type]) => type === 'Deleted' && !spec.TaskGroups.some((group) => group.Name === name))
    .map(([name]) => name);
  return [...spec.TaskGroups.map(({ Name }) => Name), ...gone].map((name) => {
    const type = diffs.get(name) ?? 'None';
    const words = planned.rerun
      ? 'to run again'
      : planned.givenUp.includes(name)
        ? 'to try again: Nomad gave it up'
        : updatesInWords(updates[name]);
    const todo = spec.Periodic || spec.ParameterizedJob ? '' : ` (${words})`;
    return marked(style, type, `group ${name}${todo}`);
  });
}

/** How what has ended runs again. */
export function againHint(type: string): Hint {
  return type === 'sysbatch' ? hint`${SYSBATCH_AGAIN}` : hint`${nomadctl`job deploy ${GIVEN_JOB} --rerun`}   runs it again`;
}

/** Counts that were kept, a sentence each. */
export function keptLines(kept: JobState['keptCounts']): string[] {
  return kept.map(
    ({ group, file, kept: count }) =>
      `group ${group}: count ${count} is kept, somebody scaled it (the file says ${file}; --reset-counts takes that)`,
  );
}

/** `2 groups, 4 tasks`. */
export function sizeOf(spec: JobSpec): string {
  const tasks = spec.TaskGroups.reduce((total, group) => total + group.Tasks.length, 0);
  return `${plural(spec.TaskGroups.length, 'group')}, ${plural(tasks, 'task')}`;
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

export function hasChanges(diff: JobDiff | null): boolean {
  return diff !== null && diff.Type !== 'None';
}
