import type { UcloudApi } from '../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '../errors.js';
import type { Clock } from '../lib/clock.js';
import { formatDuration } from '../lib/duration.js';
import { countOwned, describeOwned, idsOf } from './describe-owned.js';
import { passingProblem } from './passing-problem.js';
import { findOwned, type OwnedKind, type OwnedResources } from './owned-resources.js';
import { removalsOf } from './removals.js';

export interface RemoveRequest {
  readonly cluster: string;
  readonly kinds: readonly OwnedKind[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** What it is at, for people. */
  readonly line: (text: string) => void;
  readonly log: (text: string) => void;
  /** The command that goes on where this one failed. */
  readonly next: string;
}

const PAUSE_MS = 1000;
/** Without anything getting less for so long, it is over. A host takes a minute or two to install before it can be switched off. */
const PATIENCE_MS = 5 * 60_000;
/** Ten thousand things at five at once are done sooner. */
const MOST_ROUNDS = 2000;
const AT_ONCE = 5;

/**
 * Removes what a cluster has at UCloud, apart from its network: looks what is there, asks for whatever can go now, looks
 * again, until nothing is there. So a lost answer, a request that was refused for a moment and a thing that is slow are
 * all the same: the next look tells. Returns how many things went.
 * @throws OutcomeError `not-removed` with what is left when nothing gets less any more; errors about keys and rights at once.
 */
export async function removeOwned(api: UcloudApi, request: RemoveRequest): Promise<number> {
  const { clock, signal } = request;
  const seen = new Set<string>();
  let before = '';
  let progressAt = clock.now();
  let problem: string | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const owned = await look(api, request).catch((error: unknown) => void (problem = passingProblem(error)));
    if (owned && countOwned(owned) === 0) return seen.size;
    if (owned) {
      const now = standing(owned);
      for (const id of idsOf(owned)) seen.add(id);
      if (now !== before) [before, progressAt] = [now, clock.now()];
      request.line(`${describeOwned(owned)} left`);
      problem = (await removeOnce(api, owned, request)) ?? problem;
    }
    if (clock.now() - progressAt > PATIENCE_MS) throw notRemoved(owned, request, problem);
    await clock.sleep(PAUSE_MS, signal);
  }
  throw notRemoved(undefined, request, problem);
}

function look(api: UcloudApi, { cluster, kinds, signal }: RemoveRequest): Promise<OwnedResources> {
  return findOwned(api, cluster, { kinds, signal });
}

/** Sends what can be sent, a few at once. Returns the last problem; none of them is the end. */
async function removeOnce(api: UcloudApi, owned: OwnedResources, { signal, log }: RemoveRequest): Promise<string | undefined> {
  const removals = [...removalsOf(owned)];
  let problem: string | undefined;
  const work = async (): Promise<void> => {
    for (let removal = removals.shift(); removal; removal = removals.shift()) {
      const { shown } = removal;
      await removal.send(api, signal).catch((error: unknown) => {
        problem = `${shown}: ${passingProblem(error)}`;
        log(problem);
      });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return problem;
}

/** Changes whenever something got less, or nearer to its end. */
function standing(owned: OwnedResources): string {
  return [...idsOf(owned), ...owned.hosts.map(({ State }) => State), ...owned.disks.map(({ Status }) => Status)].join();
}

function notRemoved(owned: OwnedResources | undefined, { cluster, next }: RemoveRequest, problem: string | undefined): OutcomeError {
  const left = owned ? idsOf(owned) : [];
  return new OutcomeError(`${owned ? describeOwned(owned) : 'something'} of cluster ${cluster} could not be removed`, {
    code: 'not-removed',
    why: [
      ...(left.length > 0 ? [`nothing got less for ${formatDuration(PATIENCE_MS)}: ${left.join(', ')}`] : []),
      ...(problem === undefined ? [] : [problem]),
    ],
    next,
    details: { left },
  });
}
