import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { attachDisk, neededHost } from '../../model/disks/attach-disk.js';
import { newDisk, newDiskParams } from '../../model/disks/new-disk.js';

export const createAttachUdisk = defineAction({
  name: 'CreateAttachUDisk',
  summary: 'Creates a data disk and attaches it to a host.',
  params: { ...newDiskParams, HostId: id(), UHostId: id() },
  handle(asked, scope) {
    const HostId = neededHost(asked);
    const { id: UDiskId, device } = attachDisk(scope, newDisk(scope, asked), HostId);
    return { UDiskId, HostId, UHostId: HostId, DeviceName: device };
  },
});
