import type { JobSpec, ServiceSpec } from '../../clients/nomad-job-model.js';
import type { ServicePair } from '../../security/acl/service-pairs.js';

/** Which services a job's own services reach through their sidecars, by what its file names as their upstreams; each once. */
export function upstreamsOf({ TaskGroups }: JobSpec): ServicePair[] {
  const pairs = TaskGroups.flatMap(({ Services }) => (Services ?? []).flatMap(pairsOf));
  return pairs.filter((one, index) => pairs.findIndex((other) => isSamePair(one, other)) === index);
}

function pairsOf({ Name, Connect }: ServiceSpec): ServicePair[] {
  const upstreams = Connect?.SidecarService?.Proxy?.Upstreams ?? [];
  return upstreams.map(({ DestinationName }) => ({ source: Name, destination: DestinationName }));
}

export function isSamePair(one: ServicePair, other: ServicePair): boolean {
  return one.source === other.source && one.destination === other.destination;
}
