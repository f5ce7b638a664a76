import { missing, Refusal, retCodes } from '../../params/refusal.js';
import type { Disk } from '../../records/disk.js';
import type { Scope } from '../../scope/scope.js';
import { checkDataDisks, freeDevice } from '../host-disks.js';
import { needState } from '../host-states.js';

/** The host that an action of the disk product names, in either spelling. */
export interface AskedHost {
  readonly HostId?: string | undefined;
  readonly UHostId?: string | undefined;
}

/** @throws Refusal when none is named. */
export function neededHost({ HostId, UHostId }: AskedHost): string {
  const id = HostId ?? UHostId;
  if (id === undefined) throw missing('HostId');
  return id;
}

/** What a disk is in a host, as soon as it is there. @throws Refusal for a host that can not have it. */
export function placeIn(scope: Scope, hostId: string): Pick<Disk, 'host' | 'device'> {
  const host = scope.need('host', hostId);
  needState(host, 'Running', 'Stopped');
  checkDataDisks(scope);
  const taken = scope.owned('disk', hostId).map(({ device }) => device);
  const local = host.localDisks.map((_disk, index) => `/dev/vd${String.fromCharCode(97 + index)}`);
  return { host: hostId, device: freeDevice([...taken, ...local]) };
}

/** On its way into a host. @throws Refusal */
export function attachDisk(scope: Scope, disk: Disk, hostId: string): Disk {
  if (disk.status === 'Detaching') throw new Refusal(retCodes.diskDetaching, `UDisk [${disk.id}] is being detached`);
  if (disk.host !== '') throw new Refusal(retCodes.diskAlreadyAttached, `UDisk [${disk.id}] is attached to [${disk.host}]`);
  return scope.put('disk', {
    ...disk,
    ...placeIn(scope, hostId),
    status: 'Attaching',
    pending: scope.machines.real ? [] : [{ at: scope.now + scope.timings.attachDisk, set: { status: 'InUse' } }],
  });
}

/** @throws Refusal for a disk that is not in that host, belongs to it for good, or leaves it already. */
export function needAttached(scope: Scope, id: string, hostId: string): Disk {
  const disk = scope.need('disk', id);
  if (disk.host !== hostId || disk.isBoot)
    throw new Refusal(retCodes.diskDetachFailed, `UDisk [${id}] can not be detached from [${hostId}]`);
  if (disk.status === 'Detaching') throw new Refusal(retCodes.diskDetaching, `UDisk [${id}] is being detached`);
  return disk;
}
