import type { Disk, Snapshot } from '../../records/disk.js';
import { failureOf, isUnreachable } from '../engine-failures.js';
import { hostContainer } from '../hosts/container.js';
import type { HostParts } from '../hosts/host-step.js';
import { freeze } from './freeze.js';

/** A snapshot that is to be taken. One that can not be is `Failed`, with the reason noted. */
export async function makeSnapshot(id: string, parts: HostParts, signal: AbortSignal): Promise<void> {
  const { view, snapshots, note } = parts;
  const snapshot = view.get('snapshot', id);
  if (snapshot?.status !== 'Creating') return;
  const failure = await failureIn(() => take(snapshot, parts, signal), signal);
  note(id, failure);
  if (failure !== undefined) await snapshots.remove(id);
  view.change('snapshot', id, (): Partial<Snapshot> => ({ status: failure === undefined ? 'Normal' : 'Failed' }));
}

/** A disk that is to be made of a snapshot. One that can not be is gone again, as it never was. */
export async function cloneSnapshot(id: string, { view, snapshots, note }: HostParts, signal: AbortSignal): Promise<void> {
  const disk = view.get('disk', id);
  if (disk?.status !== 'Cloning' || disk.source === undefined) return;
  const source = disk.source;
  const failure = await failureIn(() => snapshots.bring(source, id, signal), signal);
  note(id, failure);
  view.change('disk', id, (): Partial<Disk> => ({ status: failure === undefined ? 'Available' : 'Failed' }));
}

/** @returns why the work failed, undefined when it did not. @throws failures that are worth a retry: no engine, or the emulator ends. */
async function failureIn(work: () => Promise<void>, signal: AbortSignal): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    if (isUnreachable(error) || signal.aborted) throw error;
    return failureOf(error);
  }
}

async function take({ id, disk: diskId }: Snapshot, parts: HostParts, signal: AbortSignal): Promise<void> {
  const { view, loops, snapshots } = parts;
  const disk = view.get('disk', diskId);
  if (!disk) throw new Error(`the disk ${diskId} is gone`);
  const host = disk.status === 'InUse' ? view.get('host', disk.host) : undefined;
  if (host?.state !== 'Running') return snapshots.keep(id, disk, signal);
  const letGo = await freeze(hostContainer(host.id, parts), await loops.attach(disk.id, disk.size), id);
  let isWhole = false;
  try {
    await snapshots.keep(id, disk, signal);
  } finally {
    isWhole = await letGo();
  }
  if (!isWhole) throw new Error(`the host ${host.id} could not wait for so long: stop it, or unmount the disk`);
}
