import type { Clock } from '@nomadctl/base/clock';
import type { NomadCluster } from '../clients/nomad-cluster.js';

export interface PurgeRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tasks that ignore their kill signal are ended with their node; nobody waits for them longer than this. */
  readonly patienceMs: number;
  readonly line: (text: string) => void;
}

const FIRST_ANSWER_MS = 3000;

/**
 * Stops and purges every job, so that tasks end as their jobs say. Returns their ids; nothing when no server answers.
 * Without a leader nothing can be purged, and what runs ends with its node.
 */
export async function purgeJobs(nomad: NomadCluster, request: PurgeRequest): Promise<readonly string[] | undefined> {
  const { clock, signal } = request;
  const jobs = await nomad.jobs(AbortSignal.any([signal, AbortSignal.timeout(FIRST_ANSWER_MS)])).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
  if (!jobs || jobs.length === 0) return jobs && [];
  await Promise.all(jobs.map((job) => nomad.purgeJob(job, signal)));
  const deadline = clock.now() + request.patienceMs;
  let index = 0;
  while (clock.now() < deadline) {
    const live = await nomad.liveAllocations({ index, signal });
    if (live.value.length === 0) break;
    request.line(`${live.value.length} allocations still end`);
    index = Math.max(1, live.index);
  }
  return jobs.map(({ id }) => id);
}
