import { randomBytes } from 'node:crypto';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

/** The images that a cluster is made of. */
export const imageNames = ['consul-server', 'nomad-server', 'nomad-client'] as const;
export type ImageName = (typeof imageNames)[number];

/** What images and the hosts of builds are called at UCloud: with the journal lost, they are known by nothing else. */

const IMAGES = imageNames.join('|');
const IMAGE = new RegExp(`^nomadctl-(.+)-(${IMAGES})-([0-9a-f]{12})$`);

/** UCloud takes names of 63 characters; those of builds are the longest. */
export const LONGEST_CLUSTER_NAME = 25;

/**
 * @param file the cluster's file, where there is one to start from.
 * @throws UsageError when what is made for a cluster of this name would have names that UCloud refuses.
 */
export function checkNameLength(cluster: string, file?: string): void {
  if (cluster.length <= LONGEST_CLUSTER_NAME) return;
  const shorter = cluster.slice(0, LONGEST_CLUSTER_NAME).replace(/-+$/, '');
  throw new UsageError(`cluster ${cluster} cannot have images: its name is too long`, {
    code: 'cluster-name-too-long',
    why: `a cluster on UCloud may have ${LONGEST_CLUSTER_NAME} characters in its name (this has ${cluster.length})`,
    next: nomadctl`init ${shorter} ${file === undefined ? [] : ['--from', file]}`,
  });
}

export const newBuildId = (): string => randomBytes(4).toString('hex');

/** Name of a build's temporary host and firewall. Packer gives hosts no tag. */
export function buildName(cluster: string, image: ImageName, buildId: string): string {
  return `nomadctl-build-${cluster}-${image}-${buildId}`;
}

/** Whether a host or firewall was made for a build of this cluster; of this one build, when it is given. */
export function isBuildOf(cluster: string, buildId = '[0-9a-f]{8}'): (name: string) => boolean {
  const pattern = new RegExp(`^nomadctl-build-${cluster}-(${IMAGES})-${buildId}$`);
  return (name) => pattern.test(name);
}

/** Name of a finished image; the hash says what is in it. */
export function imageName(cluster: string, image: ImageName, hash: string): string {
  return `nomadctl-${cluster}-${image}-${hash}`;
}

export interface ImageIdentity {
  readonly cluster: string;
  readonly image: ImageName;
  readonly hash: string;
}

/** What an image of ours says by its name; nothing for any other image. */
export function readImageName(name: string): ImageIdentity | undefined {
  const [, cluster, image, hash] = IMAGE.exec(name) ?? [];
  return cluster && image && hash ? { cluster, image: image as ImageName, hash } : undefined;
}

/** What an image's description keeps besides. At UCloud it may have 255 characters. */
export interface ImageNotes {
  readonly base: string;
  /** Of the build that made it; absent when packer was run by hand. */
  readonly build?: string;
  readonly versions: Readonly<Record<string, string>>;
}

export function writeNotes({ base, build, versions }: ImageNotes): string {
  const words = Object.entries({ base, ...(build ? { build } : {}), ...versions }).map(([key, value]) => `${key}=${value}`);
  return ['nomadctl', ...words].join(' ');
}

/** A description that somebody edited says less, and nothing wrong. */
export function readNotes(description = ''): ImageNotes {
  const pairs = description.split(' ').flatMap((word): [string, string][] => {
    const [, key, value] = /^([a-z]+)=(\S+)$/.exec(word) ?? [];
    return key && value ? [[key, value]] : [];
  });
  const { base = '', build, ...versions } = Object.fromEntries(pairs);
  return { base, versions, ...(build ? { build } : {}) };
}
