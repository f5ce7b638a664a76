import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { PairStanding, ServicePair } from '../acl/service-pairs.js';

export type { WantedPair } from '../acl/service-pairs.js';

export interface StatedPair extends ServicePair {
  readonly action: PairStanding;
}

/** Everything that is said of two services of the mesh. */
export async function listIntentions({ consul }: ClusterConnection, signal: AbortSignal): Promise<StatedPair[]> {
  return (await createConsulApi(consul).intentions(signal)).flatMap(({ Name: destination, Sources }) =>
    Sources.map(({ Name: source, Action }) => ({ source, destination, action: Action ?? 'by request' })),
  );
}
