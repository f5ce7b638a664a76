import { imagesOnEngine } from '../host-images/remove-images.js';
import type { HostParts } from '../hosts/host-step.js';
import { HOST_LABEL } from '../names.js';

/** Ids of the hosts that have a container, whatever state it is in. */
export async function hostsWithContainers({ engine, names }: Pick<HostParts, 'engine' | 'names'>): Promise<readonly string[]> {
  const query = { all: true, filters: names.filter };
  const present = await engine.call<{ Labels: Record<string, string> }[]>({ path: '/containers/json', query });
  return present.map(({ Labels }) => Labels[HOST_LABEL] ?? '').filter((id) => id !== '');
}

/** Whether there is an image, a disk or a snapshot of this emulator. */
export async function hasKeptData(parts: HostParts): Promise<boolean> {
  const { loops, snapshots } = parts;
  return (await imagesOnEngine(parts)).length > 0 || (await loops.list()).length > 0 || (await snapshots.list()).length > 0;
}
