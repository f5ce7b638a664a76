import type { Clock } from '@nomadctl/base/clock';
import { UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { isListening } from '../clients/probe/is-listening.js';
import { FIRST_GATE, LAST_GATE } from './change-exposed.js';
import { isServed, type Exposed, type Exposure } from './exposure.js';
import { servesAll } from './ingress-identity.js';

/** The ingress lets a port go a moment after it was told. */
const LEAVING_MS = 5000;
const PAUSE_MS = 100;

interface Asked {
  readonly wanted: Pick<Exposure, 'reach' | 'listen' | 'port' | 'job'>;
  readonly now: Exposed;
  /** Of the cluster's clients, at all of which the ingress listens. */
  readonly addresses: readonly string[];
}

/**
 * On this computer the ingress listens at the very port that was asked for: one that a client's agents or anybody else have there, it
 * cannot have, and what was exposed before would go with it. Elsewhere a load balancer has the port.
 * @throws UsageError `port-taken`
 */
export async function refuseTakenPort(
  { wanted, now, addresses }: Asked,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  const { reach, listen } = wanted;
  if (reach !== 'here') return;
  const own = now.exposures.filter((one) => one.reach === 'here' && one.listen === listen);
  if (own.some((one) => isServed(now, one))) return;
  if (listen >= FIRST_GATE - 1 && listen <= LAST_GATE)
    throw taken(wanted, `the ingress needs ports ${FIRST_GATE - 1} to ${LAST_GATE} for itself`);
  for (const until = clock.now() + LEAVING_MS; ; await clock.sleep(PAUSE_MS, signal)) {
    const found = await mapBounded(addresses, REQUESTS_AT_ONCE, async (host) => ({
      host,
      // Of a run that ended early the ingress may be there already.
      isTaken: (await isListening({ host, port: listen }, signal)) && !(own.length > 0 && (await servesAll(now, { host, signal }))),
    }));
    const [first] = found.filter(({ isTaken }) => isTaken);
    if (!first) return;
    if (clock.now() > until) throw taken(wanted, `something else listens at ${first.host}:${listen}`);
  }
}

function taken({ job, port, listen }: Asked['wanted'], why: string): UsageError {
  return new UsageError(`port ${port} of job ${job} cannot be exposed at port ${listen}`, {
    code: 'port-taken',
    why: [why, 'nothing was changed'],
    next: again({ listen: '8081' }),
  });
}
