import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { hostContainer } from './hosts/container.js';
import { dataDisksOf } from './hosts/host-disks.js';
import type { HostParts } from './hosts/host-step.js';

const GRACE_SECONDS = 10;

/** Machines end with the emulator and come back with it: the store goes on saying that they run. */
export async function stopMachines(parts: HostParts): Promise<void> {
  const { view, loops } = parts;
  const hosts = view.all('host').filter(({ machine }) => machine !== undefined);
  await mapBounded(hosts, PROCESSES_AT_ONCE, async (host) => {
    await hostContainer(host.id, parts).stop(GRACE_SECONDS);
    if (!loops.problem) for (const { id } of dataDisksOf(host, view)) await loops.detach(id);
  });
}
