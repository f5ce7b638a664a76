import { isBuildOf, readImageName } from '../settings/image-names.js';
import { tagOf } from '../cluster-tag.js';

/** Tells whether a resource belongs to one cluster: by its tag, or by its name where it has no tag. */
export interface Ownership {
  /** For hosts, addresses, disks, firewalls, networks and balancers. What image builds left has only a name. */
  readonly isOwned: (thing: { readonly Tag?: string; readonly Name?: string }) => boolean;
  readonly isImage: (name: string) => boolean;
  readonly isGroup: (name: string) => boolean;
  readonly isCertificate: (name: string) => boolean;
  /** For holders of a subnet, which UCloud lists without their tags. */
  readonly isHost: (name: string | undefined) => boolean;
}

const SERVER_GROUP = /^nomadctl-(.+)-(consul-server|nomad-server)-\d+$/;

/** Compares whole names, not prefixes: resources of cluster `prod` and of `prod-eu` must not be confused. */
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
    // No cluster has a dot in its name.
    isCertificate: (name) => name.startsWith(`${tag}.`),
    isHost: (name = '') => host.test(name) || isBuild(name),
  };
}
