import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { diskSpelling, showDisk } from '../../model/disk.js';
import { choice, text } from '../../params/param.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUdisk = defineAction({
  name: 'DescribeUDisk',
  summary: 'Lists cloud disks.',
  params: {
    UDiskId: id(),
    Zone: zone(),
    HostId: id(),
    UHostId: id(),
    DiskType: text({ max: 30 }),
    IsBoot: choice('True', 'False'),
    ...paging,
  },
  handle({ UDiskId, Zone, HostId, UHostId, DiskType, IsBoot, ...paged }, scope) {
    const host = HostId ?? UHostId;
    const named = UDiskId === undefined ? scope.list('disk') : [scope.find('disk', UDiskId)].filter((disk) => disk !== undefined);
    const found = named
      .filter((disk) => (Zone ?? disk.zone) === disk.zone && (host ?? disk.host) === disk.host)
      .filter(
        (disk) =>
          (DiskType ?? diskSpelling(disk)) === diskSpelling(disk) &&
          (IsBoot ?? (disk.isBoot ? 'True' : 'False')) === (disk.isBoot ? 'True' : 'False'),
      );
    return { TotalCount: found.length, DataSet: page(found, paged).map((disk) => showDisk(disk, scope)) };
  },
});
