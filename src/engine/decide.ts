import { formatAge } from '@nomadctl/base/duration';
import { changedInputs, type Fingerprint } from './fingerprint.js';
import type { StepRecord } from './journal.js';

export interface Decision {
  readonly action: 'run' | 'skip' | 'adopt';
  /** For the reader: why this step runs, or why it does not. */
  readonly reason: string;
}

export interface Evidence {
  readonly record: StepRecord | undefined;
  readonly fingerprint: Fingerprint;
  /** What the step's own probe of reality said; absent when it has none. */
  readonly probe?: { readonly done: true } | { readonly done: false; readonly because: string } | undefined;
  readonly now: number;
  /** It belongs to a plan that remembers nothing: a step without a probe runs each time. */
  readonly always?: boolean | undefined;
}

/** The one place that says whether a step runs. The journal is a hint; reality, where a step can see it, wins. */
export function decide({ record, fingerprint, probe, now, always }: Evidence): Decision {
  if (record?.status === 'succeeded') {
    const changed = changedInputs(record.fingerprint, fingerprint);
    if (changed.length > 0) return { action: 'run', reason: `inputs changed: ${changed.join(', ')}` };
    if (probe?.done === false) return { action: 'run', reason: probe.because };
    return { action: 'skip', reason: `done ${formatAge(now - record.finishedAt)}` };
  }
  if (probe?.done) return { action: 'adopt', reason: 'already there' };
  if (record === undefined) return { action: 'run', reason: probe?.because ?? (always ? 'each time' : 'not done yet') };
  return { action: 'run', reason: record.status === 'failed' ? 'failed last time' : 'was interrupted' };
}
