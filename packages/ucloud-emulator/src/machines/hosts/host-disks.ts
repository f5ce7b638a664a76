import { failureOf } from '../failure-of.js';
import type { Disk } from '../../records/disk.js';
import type { Host } from '../../records/host.js';
import { deviceName } from '../../model/host-disks.js';
import type { World } from '../observed-store.js';
import type { HostTurn } from './host-turn.js';

/** A data disk of a host, local or from the cloud. */
interface DataDisk {
  readonly id: string;
  readonly size: number;
  readonly device: string;
}

export function dataDisksOf(host: Host, world: World): DataDisk[] {
  const local = host.localDisks.map(({ id, size, isBoot }, index) => ({ id, size, isBoot, device: deviceName(index) }));
  const cloud = world.owned('disk', host.id).filter(({ status }) => status !== 'Detaching');
  return [...local, ...cloud].filter(({ isBoot }) => !isBoot).map(({ id, size, device }) => ({ id, size, device }));
}

export function diskOf(world: World, id: string): { inUse(): void; free(): void } {
  const from = (status: Disk['status'], change: Partial<Disk>): void =>
    world.change('disk', id, (now) => (now.status === status ? { ...change, pending: [] } : undefined));
  return {
    inUse: () => from('Attaching', { status: 'InUse' }),
    free: () => from('Detaching', { status: 'Available', host: '', device: '' }),
  };
}

const withStatus = ({ world, host }: HostTurn, status: Disk['status']): Disk[] =>
  world.owned('disk', host.id).filter((disk) => disk.status === status);

/** Disks that were attached since the host started. One that can not be is free again, with the reason noted. */
export async function attachDisks(turn: HostTurn): Promise<void> {
  const { container, loops, world, note, host } = turn;
  for (const { id, size, device } of withStatus(turn, 'Attaching')) {
    try {
      const { major, minor } = await loops.attach(id, size);
      if (host.state === 'Running') await container.run(['/bin/sh', '-c', `rm -f ${device}; mknod -m 660 ${device} b ${major} ${minor}`]);
      note(id, undefined);
      diskOf(world, id).inUse();
    } catch (error) {
      note(id, failureOf(error));
      await loops.detach(id);
      world.change('disk', id, (): Partial<Disk> => ({ status: 'Available', host: '', device: '', pending: [] }));
    }
  }
}

/** Takes disks from a host. One that is mounted there stays in use, with the reason noted: the kernel would keep it anyway. */
export async function detachDisks(turn: HostTurn): Promise<void> {
  const { container, loops, world, note, host } = turn;
  for (const { id, device, size } of withStatus(turn, 'Detaching')) {
    const { major, minor } = await loops.attach(id, size);
    const release = `! grep -q ' ${major}:${minor} ' /proc/1/mountinfo && rm -f ${device}`;
    const isFree =
      host.state !== 'Running' ||
      (await container.run(['/bin/sh', '-c', release]).then(
        () => true,
        () => false,
      ));
    note(id, isFree ? undefined : `${device} is mounted in the host`);
    if (!isFree) world.change('disk', id, (): Partial<Disk> => ({ status: 'InUse', pending: [] }));
    else {
      await loops.detach(id);
      diskOf(world, id).free();
    }
  }
}
