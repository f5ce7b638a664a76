import { defineAction } from '../action.js';
import { neededId, zone } from '../../params/shared-params.js';
import { needDiskOf } from '../../model/host-disks.js';
import { needState } from '../../model/host-states.js';
import { boolean, integer, required } from '../../params/param.js';

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
    needDiskOf(host, DiskId, { scope, space: DiskSpace });
    const cloud = scope.owned('disk', UHostId).find(({ id }) => id === DiskId);
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
