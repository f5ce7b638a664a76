import type { NomadApi } from '../../clients/nomad-api.js';
import type { Allocation, Evaluation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';

/**
 * A job's allocations once its scheduler has looked at every failure. Between the news of a failure and the evaluation that it causes an
 * allocation has neither a successor nor a follow-up, as one that Nomad leaves alone: on a busy server for seconds.
 * @throws ApiError; the signal's reason
 */
export async function decidedAllocations(
  api: Pick<NomadApi, 'allocations' | 'evaluations'>,
  jobId: string,
  { signal, now }: { readonly signal: AbortSignal; readonly now: () => number },
): Promise<Allocation[]> {
  for await (const evaluations of watch((from) => api.evaluations(jobId, from), signal))
    if (!evaluations.some((one) => waitsForScheduler(one, now()))) break;
  return (await api.allocations(jobId, { index: 0, signal })).value;
}

/** One for later is pending, too: Nomad gives the time until then, and the year 1 to all others. */
function waitsForScheduler({ Status, WaitUntil }: Evaluation, now: number): boolean {
  return Status === 'pending' && !(WaitUntil !== undefined && Date.parse(WaitUntil) > now);
}
