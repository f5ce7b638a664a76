import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { showSnapshot } from '../../model/snapshot.js';
import { page, paging } from '../../params/answer-values.js';

export const describeUdiskSnapshot = defineAction({
  name: 'DescribeUDiskSnapshot',
  summary: 'Lists snapshots of disks. With both, SnapshotId counts and UDiskId does not.',
  params: { Zone: zone(), UDiskId: id(), SnapshotId: id(), ...paging },
  handle({ Zone, UDiskId, SnapshotId, ...paged }, scope) {
    const found = scope
      .list('snapshot')
      .filter((snapshot) => (Zone ?? snapshot.zone) === snapshot.zone)
      .filter(({ id: own, disk }) => (SnapshotId === undefined ? (UDiskId ?? disk) === disk : SnapshotId === own));
    return { TotalCount: found.length, DataSet: page(found, paged).map((snapshot) => showSnapshot(snapshot, scope)) };
  },
});
