import type { AssignedHost } from './assign-hosts.js';
import type { ClusterPicture } from './cluster-picture.js';
import { imageOf } from './assign-hosts.js';
import type { ImageName } from '../ucloud/ucloud-state.js';
import type { WantedHost } from './wanted-hosts.js';

/** A host that would be another one if it were made today, and why. */
export interface OutdatedHost {
  readonly name: string;
  readonly because: string;
}

interface Today {
  readonly wanted: readonly WantedHost[];
  readonly images: Readonly<Record<ImageName, string>>;
}

/** Hosts in the order in which they are to be replaced: Consul servers, Nomad servers, clients. */
export function outdatedHosts({ hosts, existing }: Pick<ClusterPicture, 'hosts' | 'existing'>, { wanted, images }: Today): OutdatedHost[] {
  return hosts
    .filter(({ name }) => existing.some((host) => host.name === name))
    .flatMap((host) => {
      const today = wanted.find(({ name }) => name === host.name);
      const because = today ? differences(host, today, images[imageOf(host.role)]) : [];
      return because.length === 0 ? [] : [{ name: host.name, because: because.join(', ') }];
    });
}

function differences(host: AssignedHost, today: WantedHost, image: string): string[] {
  return [
    ...(host.imageId === image ? [] : [`made from ${host.imageId}`]),
    ...(host.instanceType === today.instanceType ? [] : [`is ${host.instanceType}`]),
    ...(host.dataDisk === today.dataDisk ? [] : [`has a data disk of ${host.dataDisk} GB`]),
  ];
}
