import { failureOf } from '../engine-failures.js';
import type { Disk } from '../../records/disk.js';
import type { Host } from '../../records/host.js';
import { deviceName } from '../../model/host-disks.js';
import type { StoreView } from '../store-view.js';
import type { HostStep } from './host-step.js';

/** A data disk of a host, local or from the cloud. */
interface DataDisk {
  readonly id: string;
  readonly size: number;
  readonly device: string;
}

export function dataDisksOf(host: Host, view: StoreView): DataDisk[] {
  const local = host.localDisks.map(({ id, size, isBoot }, index) => ({ id, size, isBoot, device: deviceName(index) }));
  const cloud = view.owned('disk', host.id).filter(({ status }) => status !== 'Detaching');
  return [...local, ...cloud].filter(({ isBoot }) => !isBoot).map(({ id, size, device }) => ({ id, size, device }));
}

export function diskOf(view: StoreView, id: string): { inUse(): void; free(): void } {
  const from = (status: Disk['status'], change: Partial<Disk>): void =>
    view.change('disk', id, (now) => (now.status === status ? { ...change, pending: [] } : undefined));
  return {
    inUse: () => from('Attaching', { status: 'InUse' }),
    free: () => from('Detaching', { status: 'Available', host: '', device: '' }),
  };
}

const withStatus = ({ view, host }: HostStep, status: Disk['status']): Disk[] =>
  view.owned('disk', host.id).filter((disk) => disk.status === status);

/** Disks that were attached since the host started. One that can not be is free again, with the reason noted. */
export async function attachDisks(step: HostStep): Promise<void> {
  const { container, loops, view, note, host } = step;
  for (const { id, size, device } of withStatus(step, 'Attaching')) {
    try {
      const { major, minor } = await loops.attach(id, size);
      if (host.state === 'Running') await container.run(['/bin/sh', '-c', `rm -f ${device}; mknod -m 660 ${device} b ${major} ${minor}`]);
      note(id, undefined);
      diskOf(view, id).inUse();
    } catch (error) {
      note(id, failureOf(error));
      await loops.detach(id);
      view.change('disk', id, (): Partial<Disk> => ({ status: 'Available', host: '', device: '', pending: [] }));
    }
  }
}

/** Takes disks from a host. One that is mounted there stays in use, with the reason noted: the kernel would keep it anyway. */
export async function detachDisks(step: HostStep): Promise<void> {
  const { container, loops, view, note, host } = step;
  for (const { id, device, size } of withStatus(step, 'Detaching')) {
    const { major, minor } = await loops.attach(id, size);
    const release = `! grep -q ' ${major}:${minor} ' /proc/1/mountinfo && rm -f ${device}`;
    const isFree =
      host.state !== 'Running' ||
      (await container.run(['/bin/sh', '-c', release]).then(
        () => true,
        () => false,
      ));
    note(id, isFree ? undefined : `${device} is mounted in the host`);
    if (!isFree) view.change('disk', id, (): Partial<Disk> => ({ status: 'InUse', pending: [] }));
    else {
      await loops.detach(id);
      diskOf(view, id).free();
    }
  }
}
