import type { JournalData, RunRecord, StepRecord } from '../engine/journal.js';

/** How far a bootstrapper is, as its volume tells. */
export interface Progress {
  /** The last run; absent before the first. */
  readonly run: Pick<RunRecord, 'plan' | 'outcome' | 'startedAt' | 'finishedAt'> | undefined;
  /** Steps of the bootstrapper, then those of the cluster that it works on, as they began. */
  readonly steps: readonly ProgressStep[];
}

export interface ProgressStep {
  readonly id: string;
  readonly status: StepRecord['status'];
  readonly detail: string;
  readonly error?: string | undefined;
}

/** @param own text of the bootstrapper's journal @param cluster text of the cluster's journal there */
export function progressIn(own: string | undefined, cluster: string | undefined): Progress {
  const [mine, its] = [journalIn(own), journalIn(cluster)];
  return { run: mine?.runs.at(-1), steps: [...stepsOf(mine, ''), ...stepsOf(its, 'cluster/')] };
}

/** Half a file, or none, tells nothing: the next look will. */
function journalIn(text: string | undefined): JournalData | undefined {
  try {
    return text === undefined ? undefined : (JSON.parse(text) as JournalData);
  } catch {
    return undefined;
  }
}

function stepsOf(journal: JournalData | undefined, prefix: string): ProgressStep[] {
  const steps = Object.entries(journal?.steps ?? {}).sort(([, a], [, b]) => a.startedAt - b.startedAt);
  return steps.map(([id, { status, detail, error }]) => ({
    id: `${prefix}${id}`,
    status,
    detail,
    ...(error ? { error: error.message } : {}),
  }));
}
