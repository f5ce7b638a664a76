import { defineAction } from '../action.js';
import { id, zone } from '../../params/shared-params.js';
import { dropSnapshot } from '../../model/snapshot.js';
import { required } from '../../params/param.js';
import { invalid, missing } from '../../params/refusal.js';

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
