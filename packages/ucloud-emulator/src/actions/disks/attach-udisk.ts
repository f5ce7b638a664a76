import { defineAction } from '../action.js';
import { id, neededId, zone } from '../../params/shared-params.js';
import { needWholeDisk } from '../../model/disk.js';
import { checkDataDisks, freeDevice } from '../../model/host-disks.js';
import { needState } from '../../model/host-states.js';
import { required } from '../../params/param.js';
import { missing, Refusal, retCodes } from '../../params/refusal.js';

export const attachUdisk = defineAction({
  name: 'AttachUDisk',
  summary: 'Attaches a data disk to a host of its zone.',
  params: { Zone: required(zone()), UDiskId: neededId(), HostId: id(), UHostId: id() },
  handle({ UDiskId, ...asked }, scope) {
    const hostId = asked.HostId ?? asked.UHostId;
    if (hostId === undefined) throw missing('HostId');
    const [disk, host] = [needWholeDisk(UDiskId, scope), scope.need('host', hostId)];
    if (disk.status === 'Detaching') throw new Refusal(retCodes.diskDetaching, `UDisk [${UDiskId}] is being detached`);
    if (disk.host !== '') throw new Refusal(retCodes.diskAlreadyAttached, `UDisk [${UDiskId}] is attached to [${disk.host}]`);
    needState(host, 'Running', 'Stopped');
    checkDataDisks(scope);
    const taken = scope.owned('disk', hostId).map(({ device }) => device);
    const local = host.localDisks.map((_disk, index) => `/dev/vd${String.fromCharCode(97 + index)}`);
    const device = freeDevice([...taken, ...local]);
    scope.put('disk', {
      ...disk,
      host: hostId,
      device,
      status: 'Attaching',
      pending: scope.machines.real ? [] : [{ at: scope.now + scope.timings.attachDisk, set: { status: 'InUse' } }],
    });
    return { UDiskId, HostId: hostId, UHostId: hostId, DeviceName: device };
  },
});
