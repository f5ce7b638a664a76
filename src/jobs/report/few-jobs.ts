/** A job of a cluster, as far as it tells whether it is well. */
interface SomeJob {
  readonly status: string;
  readonly running: number;
  /** Absent where only the status is known. */
  readonly desired?: number;
}

export interface FewJobs<Job> {
  readonly shown: readonly Job[];
  /** What became of the others, and how to see them; nothing when all are shown. */
  readonly summary?: string;
}

/** A list of so many is read whole; of a longer one people look for what is wrong. */
export const FEW = 20;

/**
 * The jobs that a list shows: all of a few; of many those that are not well, as many as fit a screen, and the rest counted.
 * @param all `--all` was given
 * @param showAll the command that does
 */
export function fewJobs<Job extends SomeJob>(jobs: readonly Job[], { all, showAll }: { all: boolean; showAll: string }): FewJobs<Job> {
  if (all || jobs.length <= FEW) return { shown: jobs };
  const unwell = jobs.filter(isUnwell);
  const shown = unwell.slice(0, FEW);
  const counts = new Map<string, number>();
  for (const { status } of jobs) counts.set(status, (counts.get(status) ?? 0) + 1);
  const byStatus = [...counts].sort(([, a], [, b]) => b - a).map(([status, count]) => `${count} ${status}`);
  const missing = unwell.length > shown.length ? [`${unwell.length - shown.length} more are not well`] : [];
  return { shown, summary: [`${jobs.length} jobs: ${byStatus.join(', ')}`, ...missing, `all of them: ${showAll}`].join('; ') };
}

/** It failed, it waits, or less of it runs than should. */
export function isUnwell({ status, running, desired = running }: SomeJob): boolean {
  return status !== 'stopped' && (status === 'pending' || status === 'failed' || running < desired);
}
