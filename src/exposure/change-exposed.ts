import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { isSamePort, listenerOf, upstreamOf, urlOf, type Exposed, type Exposure } from './exposure.js';

/** The first port of clients for what is exposed, after that of the ingress itself: below those that Nomad gives to jobs. */
export const FIRST_GATE = 18_001;
export const LAST_GATE = 18_999;

/**
 * With one exposure more, or another one in the place of that which the port had.
 * @throws UsageError `exposure-conflict` where another job has what it wants
 */
export function withExposure(now: Exposed, wanted: Exposure): Exposed {
  const others = now.exposures.filter((one) => !isSamePort(one, wanted));
  const conflict = others.map((other) => conflictOf(wanted, other)).find((why) => why !== undefined);
  if (conflict !== undefined)
    throw new UsageError(`port ${wanted.port} of job ${wanted.job} cannot be exposed at ${urlOf(wanted, now.addresses)}`, {
      code: 'exposure-conflict',
      why: conflict,
      next: again({ listen: String(wanted.listen + 1) }),
    });
  const isThere = others.length < now.exposures.length;
  return settled(now, isThere ? now.exposures.map((one) => (isSamePort(one, wanted) ? wanted : one)) : [...others, wanted]);
}

/** Without those; addresses that nobody needs are forgotten. */
export function withoutExposures(now: Exposed, gone: readonly Exposure[]): Exposed {
  return settled(
    now,
    now.exposures.filter((one) => !gone.some((other) => isSamePort(one, other))),
  );
}

function settled({ gates, addresses, held = [] }: Exposed, exposures: readonly Exposure[]): Exposed {
  const listeners = [...new Set([...exposures.map(listenerOf), ...exposures.filter(({ isMeshed }) => isMeshed).map(upstreamOf)])];
  const kept = Object.fromEntries(listeners.flatMap((listener) => (gates[listener] === undefined ? [] : [[listener, gates[listener]]])));
  const taken = new Set(Object.values(kept));
  for (const listener of listeners.filter((one) => kept[one] === undefined)) {
    const gate = freeGate(taken);
    taken.add(gate);
    kept[listener] = gate;
  }
  const reaches = new Set(exposures.map(({ reach }) => reach));
  const shown = exposures.flatMap(({ certificate }) => certificate?.fingerprint ?? []);
  return {
    exposures,
    gates: kept,
    held: held.filter((one) => shown.includes(one)),
    addresses: Object.fromEntries(Object.entries(addresses).filter(([reach]) => reaches.has(reach as never))),
  };
}

function freeGate(taken: ReadonlySet<number>): number {
  for (let gate = FIRST_GATE; gate <= LAST_GATE; gate++) if (!taken.has(gate)) return gate;
  throw new UsageError('nothing more can be exposed', { code: 'exposure-conflict', why: `${LAST_GATE - FIRST_GATE + 1} ports are` });
}

/** Why both cannot be served, in a sentence. */
function conflictOf(wanted: Exposure, other: Exposure): string | undefined {
  if (listenerOf(wanted) !== listenerOf(other)) return undefined;
  const theirs = `port ${other.port} of job ${other.job}`;
  if (wanted.protocol === 'tcp' || other.protocol === 'tcp')
    return `${theirs} has port ${other.listen}, and only HTTP can share one, by host and path`;
  if ((wanted.certificate === undefined) !== (other.certificate === undefined))
    return `${theirs} is at port ${other.listen} ${other.certificate ? 'with' : 'without'} TLS, and a port is one or the other`;
  return wanted.host === other.host && wanted.path === other.path ? `${theirs} answers there` : undefined;
}
