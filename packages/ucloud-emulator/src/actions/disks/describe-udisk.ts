import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { showDisk, typeOf } from '../../model/disk.js';
import { choice, text } from '../../params/param.js';
import type { Disk } from '../../records/disk.js';
import type { Scope } from '../../scope/scope.js';
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
    const wanted = {
      zone: Zone,
      ...(IsBoot === undefined ? {} : { isBoot: IsBoot === 'True' }),
      ...(DiskType === undefined ? {} : typeOf(DiskType)),
    };
    const named = scope.named('disk', UDiskId === undefined ? [] : [UDiskId], wanted);
    const host = HostId ?? UHostId;
    // Those of a host are found by it: it has a few, of many.
    const found = host === undefined ? named : scope.among(ofHost(scope, host), { ...wanted, host, id: UDiskId });
    return { TotalCount: found.length, DataSet: page(found, paged).map((disk) => showDisk(disk, scope)) };
  },
});

/** None of a host that is somebody else's. */
const ofHost = (scope: Scope, host: string): Disk[] => (scope.find('host', host) ? scope.owned('disk', host) : []);
