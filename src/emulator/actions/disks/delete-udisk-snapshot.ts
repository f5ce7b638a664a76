import { defineAction } from '../../action.js';
import { id, zone } from '../../given.js';
import { dropSnapshot } from '../../model/snapshot.js';
import { required } from '../../param.js';
import { invalid, missing } from '../../refusal.js';

export const deleteUdiskSnapshot = defineAction({
  name: 'DeleteUDiskSnapshot',
  summary: 'Deletes a snapshot, or all of one disk: either is named, not both.',
  params: { Zone: required(zone()), SnapshotId: id(), UDiskId: id() },
  handle({ SnapshotId, UDiskId }, scope) {
    if (SnapshotId !== undefined && UDiskId !== undefined) throw invalid('UDiskId', 'SnapshotId is given as well');
    if (SnapshotId !== undefined) return dropSnapshot(SnapshotId, scope);
    if (UDiskId === undefined) throw missing('SnapshotId');
    for (const { id: snapshot } of scope.owned('snapshot', UDiskId)) dropSnapshot(snapshot, scope);
  },
});
