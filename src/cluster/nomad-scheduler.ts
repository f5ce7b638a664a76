import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import type { NomadApi } from '../clients/nomad-api.js';
import { nomadOf } from './answering-server.js';
import type { ReachedCluster } from './reach.js';

const TRIES = 5;

type Scheduler = Pick<NomadApi, 'scheduler' | 'setScheduler'>;

/** Why the scheduler of a cluster is not as wanted, or nothing. A Nomad that does not answer is a reason, too. */
export async function schedulerProblem(cluster: ReachedCluster, algorithm: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const nomad = await nomadOf(cluster, { signal });
    const { SchedulerAlgorithm: now } = await nomad.scheduler(signal);
    return now === algorithm ? undefined : `it is ${now}`;
  } catch (error) {
    signal.throwIfAborted();
    return reasonOf(error);
  }
}

/**
 * Sets the algorithm of Nomad's scheduler, and keeps its other settings. Nomad stores them in its servers' data, so an
 * agent's file counts only at a cluster's first start. Jobs cannot set it: their `spread` covers one group only, and
 * `distinct_hosts` refuses more allocations than there are clients.
 * @throws OutcomeError `scheduler-busy`
 */
export async function ensureScheduler(nomad: Scheduler, algorithm: string, signal: AbortSignal): Promise<void> {
  for (let attempt = 1; attempt <= TRIES; attempt++) {
    const config = await nomad.scheduler(signal);
    if (config.SchedulerAlgorithm === algorithm) return;
    if (await nomad.setScheduler({ ...config, SchedulerAlgorithm: algorithm }, signal)) return;
  }
  throw new OutcomeError(`Nomad's scheduler could not be set to ${algorithm}`, {
    code: 'scheduler-busy',
    why: `somebody else changed it ${TRIES} times meanwhile`,
    next: nomadctl`up`,
  });
}
