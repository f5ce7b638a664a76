import type { Disk, Snapshot } from '../../records/disk.js';
import type { Host } from '../../records/host.js';
import type { Image } from '../../records/image.js';
import type { StoreView } from '../store-view.js';

/** Hosts that are to be machines. */
export function hostsWithMachines(view: StoreView): readonly Host[] {
  return view.all('host').filter(({ machine }) => machine !== undefined);
}

/** Hosts of which an image is to be made: that is done as part of their reconciliation, before anything else becomes of them. */
export function imageSources(view: StoreView): readonly string[] {
  return view.all('image').flatMap(({ state, source }) => (state === 'Making' && source !== undefined ? [source] : []));
}

/** Images that are to be copied to another region or project. */
export function imagesToCopy(view: StoreView): readonly Image[] {
  return view.all('image').filter(({ state }) => state === 'Copying');
}

/** Snapshots that are to be taken, and disks that are to be made of one. */
export function disksToCopy(view: StoreView): readonly (Snapshot | Disk)[] {
  const snapshots = view.all('snapshot').filter(({ status }) => status === 'Creating');
  return [...snapshots, ...view.all('disk').filter(({ status }) => status === 'Cloning')];
}

export function hasMovingDisks(view: StoreView, host: string): boolean {
  return view.owned('disk', host).some(({ status }) => status === 'Attaching' || status === 'Detaching');
}

export function isBackend(view: StoreView, host: string): boolean {
  return view.all('backend').some(({ resource }) => resource === host);
}

/** Nothing that the store wants takes anything of the engine. */
export function wantsNothing(view: StoreView): boolean {
  return hostsWithMachines(view).length === 0 && view.all('image').every(({ source }) => source === undefined);
}
