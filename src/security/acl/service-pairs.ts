import { ApiError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { ServiceIntentions } from '../../clients/acl/consul-acl-model.js';
import type { ConsulApi } from '../../clients/consul/consul-api.js';

/** Who is to reach whom over the mesh, by names of services in Consul. */
export interface ServicePair {
  readonly source: string;
  readonly destination: string;
}

/** What is said of exactly these two; `by request` where it depends on what is asked. */
export type PairStanding = 'allow' | 'deny' | 'by request' | 'nothing';

type Intentions = Pick<ConsulApi, 'intentionsOf' | 'writeIntentions' | 'deleteIntentions'>;

const TRIES = 5;

export async function standingOf(api: Intentions, { source, destination }: ServicePair, signal: AbortSignal): Promise<PairStanding> {
  const found = (await api.intentionsOf(destination, signal))?.Sources.find(({ Name }) => Name === source);
  return found ? (found.Action ?? 'by request') : 'nothing';
}

/** What is to be said of two services; `nothing` takes it back. */
export interface WantedPair extends ServicePair {
  readonly action: 'allow' | 'deny' | 'nothing';
}

/**
 * Says it. What is said of others stays, and what others say at the same time. Returns whether anything was written.
 * @throws ApiError `intention-contested`
 */
export async function writePair(api: Intentions, { source, destination, action }: WantedPair, signal: AbortSignal): Promise<boolean> {
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await api.intentionsOf(destination, signal);
    const said = before?.Sources.find(({ Name }) => Name === source);
    if (action === 'nothing' ? said === undefined : said?.Action === action) return false;
    const empty: ServiceIntentions = { Kind: 'service-intentions', Name: destination, Sources: [] };
    const others = (before?.Sources ?? []).filter(({ Name }) => Name !== source);
    const Sources = action === 'nothing' ? others : [...others, { Name: source, Action: action }];
    const entry = { ...(before ?? empty), Sources };
    if (await (Sources.length === 0 ? api.deleteIntentions(entry, signal) : api.writeIntentions(entry, signal))) return true;
  }
  throw new ApiError(`the intentions of ${destination} could not be written`, {
    code: 'intention-contested',
    why: 'somebody else changes them all the time',
    next: again(),
  });
}
