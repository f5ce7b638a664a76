import { isBuildOf, readImageName } from '../settings/image-names.js';
import { tagOf } from '../cluster-tag.js';

/** How the things of one cluster are told from all others: by tag, or by name where there is none. */
export interface Ownership {
  /** Hosts, addresses, disks, firewalls, networks and balancers; and what image builds left, which has a name only. */
  readonly isOwned: (thing: { readonly Tag?: string; readonly Name?: string }) => boolean;
  readonly isImage: (name: string) => boolean;
  readonly isGroup: (name: string) => boolean;
  /** What sits in a subnet is listed by name, without a tag. */
  readonly isHost: (name: string | undefined) => boolean;
}

const SERVER_GROUP = /^nomadctl-(.+)-(consul-server|nomad-server)-\d+$/;

/**
 * Exact where a prefix would not do: the things of cluster `prod` must not be taken for those of `prod-eu`, nor the other
 * way round.
 */
export function ownershipOf(cluster: string): Ownership {
  const tag = tagOf({ name: cluster });
  const isBuild = isBuildOf(cluster);
  const clientGroup = new RegExp(`^${tag}-client(-.+)?-\\d+$`);
  const host = new RegExp(`^${cluster}-(consul-server|nomad-server|client)-`);
  return {
    isOwned: ({ Tag = '', Name = '' }) => Tag === tag || isBuild(Name),
    isImage: (name) => readImageName(name)?.cluster === cluster,
    isGroup: (name) => {
      const servers = SERVER_GROUP.exec(name);
      return servers ? servers[1] === cluster : clientGroup.test(name);
    },
    isHost: (name = '') => host.test(name) || isBuild(name),
  };
}
