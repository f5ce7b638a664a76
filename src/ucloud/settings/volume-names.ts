import type { Volume } from './client-classes.js';

/** Between the host and the volume: no host is called so. */
export const VOLUME_MARK = '-volume-';

/** What the disk of a volume is called at UCloud. @param host by its name in the cluster */
export function volumeName(cluster: string, host: string, { name }: Pick<Volume, 'name'>): string {
  return `${cluster}-${host}${VOLUME_MARK}${name}`;
}
