import { defineAction } from '../action.js';
import { id, neededId, zone } from '../../params/shared-params.js';
import { attachDisk, neededHost } from '../../model/disks/attach-disk.js';
import { needWholeDisk } from '../../model/disk.js';
import { required } from '../../params/param.js';

export const attachUdisk = defineAction({
  name: 'AttachUDisk',
  summary: 'Attaches a data disk to a host of its zone.',
  params: { Zone: required(zone()), UDiskId: neededId(), HostId: id(), UHostId: id() },
  handle({ UDiskId, ...asked }, scope) {
    const HostId = neededHost(asked);
    const { device } = attachDisk(scope, needWholeDisk(UDiskId, scope), HostId);
    return { UDiskId, HostId, UHostId: HostId, DeviceName: device };
  },
});
