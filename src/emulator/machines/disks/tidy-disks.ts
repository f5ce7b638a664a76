import type { World } from '../world.js';
import type { LoopDevices } from './loop-devices.js';

/** Takes the devices from disks that no host has, and the files from disks that were deleted. */
export function tidyDisks(loops: LoopDevices): (world: World) => Promise<void> {
  const free = new Map<string, object>();
  return async (world) => {
    if (loops.problem) return;
    const local = new Set(world.all('host').flatMap(({ localDisks }) => localDisks.map(({ id }) => id)));
    for (const id of await loops.list()) {
      const disk = world.get('disk', id);
      if (!disk && !local.has(id)) await loops.remove(id);
      if (disk?.host === '' && free.get(id) !== disk) {
        await loops.detach(id);
        free.set(id, disk);
      }
    }
  };
}
