import { realpathSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/**
 * A path without symbolic links, absolute: links in the part of it that is there are followed. The kernel names files so
 * (`/proc`, mounts), and Nomad refuses to read an allocation's files when its data folder is reached through a link.
 */
export function realPath(path: string): string {
  const absolute = resolve(path);
  try {
    // One call of the kernel's: Node's own way asks about every folder on the path.
    return realpathSync.native(absolute);
  } catch {
    const parent = dirname(absolute);
    return parent === absolute ? absolute : join(realPath(parent), basename(absolute));
  }
}
