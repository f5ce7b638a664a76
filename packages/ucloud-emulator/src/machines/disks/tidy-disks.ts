import type { StoreView } from '../store-view.js';
import type { LoopDevices } from './loop-devices.js';
import type { SnapshotFiles } from './snapshot-files.js';

export interface DiskFiles {
  readonly loops: LoopDevices;
  readonly snapshots: SnapshotFiles;
}

/** Takes the devices from disks that no host has, and the files from disks and snapshots that were deleted. */
export function tidyDisks({ loops, snapshots }: DiskFiles): (view: StoreView) => Promise<void> {
  const free = new Map<string, object>();
  return async (view) => {
    if (loops.problem) return;
    // A disk may be deleted while a snapshot is taken of it.
    const wanted = view.all('snapshot').flatMap(({ status, disk }) => (status === 'Creating' ? [disk] : []));
    const local = new Set(view.all('host').flatMap(({ localDisks }) => localDisks.map(({ id }) => id)));
    for (const id of await loops.list()) {
      const disk = view.get('disk', id);
      if (!disk && !local.has(id) && !wanted.includes(id)) await loops.remove(id);
      if (disk?.host === '' && free.get(id) !== disk) {
        await loops.detach(id);
        free.set(id, disk);
      }
    }
    for (const id of await snapshots.list()) if (!view.get('snapshot', id)) await snapshots.remove(id);
  };
}
