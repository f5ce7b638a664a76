import { ApiError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { ServiceIntentions } from '../../clients/acl/consul-acl-model.js';
import type { ConsulApi } from '../../clients/consul-api.js';

/** Who is to reach whom over the mesh, by names of services in Consul. */
export interface ServicePair {
  readonly source: string;
  readonly destination: string;
}

/** What is said of exactly these two; `by request` where it depends on what is asked. */
export type PairStanding = 'allow' | 'deny' | 'by request' | 'nothing';

type Intentions = Pick<ConsulApi, 'intentionsOf' | 'writeIntentions'>;

const TRIES = 5;

export async function standingOf(api: Intentions, { source, destination }: ServicePair, signal: AbortSignal): Promise<PairStanding> {
  const found = (await api.intentionsOf(destination, signal))?.Sources.find(({ Name }) => Name === source);
  return found ? (found.Action ?? 'by request') : 'nothing';
}

/** Lets the one reach the other. What is said of others stays, and what others say at the same time. @throws ApiError `intention-contested` */
export async function allowPair(api: Intentions, { source, destination }: ServicePair, signal: AbortSignal): Promise<void> {
  for (let tried = 0; tried < TRIES; tried++) {
    const before = await api.intentionsOf(destination, signal);
    if (before?.Sources.some(({ Name, Action }) => Name === source && Action === 'allow')) return;
    const empty: ServiceIntentions = { Kind: 'service-intentions', Name: destination, Sources: [] };
    const others = (before?.Sources ?? []).filter(({ Name }) => Name !== source);
    if (await api.writeIntentions({ ...(before ?? empty), Sources: [...others, { Name: source, Action: 'allow' }] }, signal)) return;
  }
  throw new ApiError(`the intentions of ${destination} could not be written`, {
    code: 'intention-contested',
    why: 'somebody else changes them all the time',
    next: again(),
  });
}
