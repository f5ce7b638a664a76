import { imageNames } from './ucloud-state.js';

/** How the things of one cluster are told from all others: by tag, or by name where UCloud has no tags. */
export interface Ours {
  /** Hosts, addresses, disks, firewalls, networks and balancers, and whatever image builds left behind. */
  readonly isTagged: (tag: string | undefined) => boolean;
  /** Images and isolation groups. */
  readonly isNamed: (name: string | undefined) => boolean;
  /** Names of hosts: what sits in a subnet is listed by name, without a tag. */
  readonly isHostName: (name: string | undefined) => boolean;
}

const IMAGES = imageNames.join('|');
const GROUPS = 'consul-server|consul|nomad-server|nomad|client';

/**
 * Exact where a prefix would not do: the things of cluster `prod` must not be taken for those of `prod-eu`, nor the other
 * way round.
 */
export function oursOf(cluster: string): Ours {
  const build = new RegExp(`^nomadctl-build-${cluster}-(${IMAGES})-[^-]+$`);
  const image = new RegExp(`^nomadctl-${cluster}-(${IMAGES})-[0-9a-z]+(-[0-9a-z]+)?$`);
  const group = new RegExp(`^nomadctl-${cluster}-(${GROUPS})(-|$)`);
  const host = new RegExp(`^${cluster}-(consul-server|nomad-server|client)-`);
  return {
    isTagged: (tag = '') => tag === `nomadctl-${cluster}` || build.test(tag),
    isNamed: (name = '') => image.test(name) || group.test(name),
    isHostName: (name = '') => host.test(name) || build.test(name),
  };
}
