import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needState } from '../../model/host-states.js';
import { boolean, integer, required } from '../../params/param.js';
import { kinds } from '../../records/kinds.js';
import { invalid, Refusal } from '../../params/refusal.js';

export const resizeAttachedDisk = defineAction({
  name: 'ResizeAttachedDisk',
  summary: 'Enlarges a disk of a stopped host.',
  params: {
    UHostId: neededId(),
    DiskId: neededId(),
    DiskSpace: required(integer({ min: 10, max: 32_000, step: 10 })),
    Zone: zone(),
    DryRun: boolean(),
  },
  handle({ UHostId, DiskId, DiskSpace, DryRun }, scope) {
    const host = scope.need('host', UHostId);
    const cloud = scope.owned('disk', UHostId).find(({ id }) => id === DiskId);
    const disk = cloud ?? host.localDisks.find(({ id }) => id === DiskId);
    if (!disk) throw new Refusal(kinds.disk.notFound, `The disk [${DiskId}] not exists on [${UHostId}]`);
    if (DiskSpace < disk.size) throw invalid('DiskSpace', `is smaller than the disk, ${disk.size} GB`);
    if (DryRun) return { DiskId, NeedRestart: host.state !== 'Stopped' };
    needState(host, 'Stopped');
    if (cloud) scope.put('disk', { ...cloud, size: DiskSpace });
    else
      scope.put('host', {
        ...host,
        localDisks: host.localDisks.map((local) => (local.id === DiskId ? { ...local, size: DiskSpace } : local)),
      });
    return { DiskId, NeedRestart: false };
  },
});
