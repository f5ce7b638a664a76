import { hostContainer } from './hosts/container.js';
import { dataDisksOf } from './hosts/host-disks.js';
import type { HostParts } from './hosts/host-turn.js';

const GRACE_SECONDS = 10;

/** Machines end with the emulator and come back with it: the store goes on saying that they run. */
export async function stopMachines(parts: HostParts): Promise<void> {
  const { world, loops } = parts;
  const hosts = world.all('host').filter(({ machine }) => machine !== undefined);
  await Promise.all(
    hosts.map(async (host) => {
      await hostContainer(host.id, parts).stop(GRACE_SECONDS);
      if (!loops.problem) for (const { id } of dataDisksOf(host, world)) await loops.detach(id);
    }),
  );
}
