import type { Clock } from '@nomadctl/base/clock';
import { OutcomeError } from '@nomadctl/base/errors';
import type { NomadApi } from '../clients/nomad-api.js';
import { jobName } from './connection.js';
import { nomadOf } from './answering-server.js';
import { serversOf } from './cluster-node.js';
import type { ReachedCluster } from './reach.js';

export interface StopJobsRequest {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Tasks that ignore their kill signal are ended with their node; nobody waits for them longer than this. */
  readonly timeoutMs: number;
  readonly line: (text: string) => void;
  /** For the journal: why jobs could not be stopped. */
  readonly log: (text: string) => void;
}

const FIRST_ANSWER_MS = 3000;
const PURGE_MS = 5000;

/**
 * Stops and purges every job of a cluster before it is destroyed, so that tasks end as their jobs say. Asks the first Nomad
 * server that answers. Returns the outcome in a few words. A job that cannot be stopped is no error: its tasks end with
 * their nodes.
 */
export async function stopJobs(cluster: ReachedCluster, request: StopJobsRequest): Promise<string> {
  const { signal, log } = request;
  if (serversOf(cluster.nodes, 'nomad').length === 0) return 'no servers';
  try {
    const jobs = await purgeJobs(await nomadOf(cluster, { signal }), request);
    return jobs.join(', ') || 'none';
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof OutcomeError) return 'no server to ask';
    log(`the jobs end with their nodes: ${String(error)}`);
    return 'they end with their nodes';
  }
}

/** Without a leader nothing can be purged. Returns the ids, with their namespaces. */
async function purgeJobs(nomad: NomadApi, { clock, signal, timeoutMs, line }: StopJobsRequest): Promise<readonly string[]> {
  const jobs = await nomad.jobs({ signal: AbortSignal.any([signal, AbortSignal.timeout(FIRST_ANSWER_MS)]) });
  if (jobs.length === 0) return [];
  const purging = AbortSignal.any([signal, AbortSignal.timeout(PURGE_MS)]);
  await Promise.all(jobs.map(({ ID, Namespace }) => nomad.stop({ id: ID, namespace: Namespace, purge: true, signal: purging })));
  const deadline = clock.now() + timeoutMs;
  let index = 0;
  while (clock.now() < deadline) {
    const live = await nomad.liveAllocations({ index, signal });
    if (live.value.length === 0) break;
    line(`${live.value.length} allocations still end`);
    index = Math.max(1, live.index);
  }
  return jobs.map(jobName);
}
