import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { mapBounded } from '@nomadctl/base/map-bounded';
import { countOwned, describeOwned, idsOf } from './describe-owned.js';
import type { OwnedResources } from './owned-resources.js';
import { transientProblem } from './transient-problem.js';
import { removalsOf } from './removals.js';

export interface Removing {
  /** The owner, for messages: `cluster prod`. */
  readonly whose: string;
  /** Lists what is still to be removed. */
  readonly listRemaining: () => Promise<OwnedResources>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Progress, for people. */
  readonly line: (text: string) => void;
  readonly log?: (text: string) => void;
  /** The command that continues after a failure. */
  readonly next: Hint;
}

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1000;
/** Gives up when nothing was removed for so long. */
const TIMEOUT_MS = 5 * 60_000;
/** Local disks take ten minutes to be there, and a host can not be switched off before (field notes on packer's builder). */
const HOST_TIMEOUT_MS = 15 * 60_000;
/** Ten thousand things at five at once are done sooner. */
const MOST_ROUNDS = 2000;
const AT_ONCE = 5;

/**
 * Removes resources by polling: lists what is left, requests every removal that is possible now, and repeats until nothing
 * is left. The next list shows what became of a lost answer, a transient refusal, a slow removal or a killed run. Returns
 * how many resources were removed.
 * @throws OutcomeError `not-removed` with what is left when nothing gets less any more; errors about keys and rights at
 * once.
 */
export async function removeUntilGone(api: UcloudApi, removing: Removing): Promise<number> {
  const { listRemaining, clock, signal, line } = removing;
  const seen = new Set<string>();
  let [before, progressAt, pause] = ['', clock.now(), FIRST_PAUSE_MS];
  let left: OwnedResources | undefined;
  let problem: string | undefined;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const owned = await listRemaining().catch((error: unknown) => void (problem = transientProblem(error)));
    if (owned && countOwned(owned) === 0) return seen.size;
    if (owned) {
      left = owned;
      for (const id of idsOf(owned)) seen.add(id);
      if (standing(owned) !== before) [before, progressAt] = [standing(owned), clock.now()];
      line(`${describeOwned(owned)} left`);
      problem = (await removeOnce(api, owned, removing)) ?? problem;
    }
    if (clock.now() - progressAt > timeoutFor(left)) break;
    await clock.sleep(pause, signal);
    pause = Math.min(LONGEST_PAUSE_MS, pause * 1.5);
  }
  throw notRemoved(left, removing, problem);
}

function timeoutFor(left: OwnedResources | undefined): number {
  return left && left.hosts.length > 0 ? HOST_TIMEOUT_MS : TIMEOUT_MS;
}

/** Sends what can be sent, a few at once. Returns the last problem; none of them is the end. */
async function removeOnce(api: UcloudApi, owned: OwnedResources, { signal, log = () => {} }: Removing): Promise<string | undefined> {
  let problem: string | undefined;
  await mapBounded(removalsOf(owned), AT_ONCE, async ({ label, send }) => {
    await send(api, signal).catch((error: unknown) => {
      problem = `${label}: ${transientProblem(error)}`;
      log(problem);
    });
  });
  return problem;
}

/** Changes whenever something got less, or nearer to its end. */
function standing(owned: OwnedResources): string {
  return [...idsOf(owned), ...owned.hosts.map(({ State }) => State), ...owned.disks.map(({ Status }) => Status)].join();
}

function notRemoved(left: OwnedResources | undefined, { whose, next }: Removing, problem: string | undefined): OutcomeError {
  const ids = left ? idsOf(left) : [];
  const states = new Map(left?.hosts.map(({ UHostId, State }) => [UHostId, ` (${State})`]));
  const named = ids.map((id) => `${id}${states.get(id) ?? ''}`);
  return new OutcomeError(`${left ? describeOwned(left) : 'something'} of ${whose} could not be removed`, {
    code: 'not-removed',
    why: [
      ...(named.length > 0 ? [`nothing got less for ${formatDuration(timeoutFor(left))}: ${named.join(', ')}`] : []),
      ...(problem === undefined ? [] : [problem]),
    ],
    next,
    details: { left: ids },
  });
}
