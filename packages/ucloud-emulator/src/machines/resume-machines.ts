import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { hostContainer } from './hosts/container.js';
import type { HostParts } from './hosts/host-step.js';

/** Hosts that ran when the emulator ended, or was killed, and do not run by now, start again. */
export async function resumeMachines(parts: HostParts): Promise<void> {
  const { view } = parts;
  const hosts = view.all('host').filter(({ machine, state }) => machine !== undefined && (state === 'Running' || state === 'Rebooting'));
  await mapBounded(hosts, PROCESSES_AT_ONCE, async ({ id }) => {
    const container = await hostContainer(id, parts).look();
    if (container && !container.isRunning) view.change('host', id, () => ({ state: 'Starting' as const }));
  });
}
