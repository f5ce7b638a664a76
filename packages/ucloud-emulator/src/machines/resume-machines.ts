import { hostContainer } from './hosts/container.js';
import type { HostParts } from './hosts/host-turn.js';

/** Hosts that ran when the emulator ended, or was killed, and do not run by now, start again. */
export async function resumeMachines(parts: HostParts): Promise<void> {
  const { world } = parts;
  const hosts = world.all('host').filter(({ machine, state }) => machine !== undefined && (state === 'Running' || state === 'Rebooting'));
  await Promise.all(
    hosts.map(async ({ id }) => {
      const container = await hostContainer(id, parts).look();
      if (container && !container.isRunning) world.change('host', id, () => ({ state: 'Starting' as const }));
    }),
  );
}
