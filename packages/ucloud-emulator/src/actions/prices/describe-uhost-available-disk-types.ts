import { defineAction } from '../action.js';
import { id } from '../../params/shared-params.js';
import { diskOffer } from '../../model/disks/disk-offer.js';
import { someOf } from '../../params/param.js';

export const describeUhostAvailableDiskTypes = defineAction({
  name: 'DescribeUHostAvailableDiskTypes',
  summary: 'What disks hosts may have.',
  params: { UHostIds: someOf(id(), { max: 100 }) },
  handle({ UHostIds }, scope) {
    const hosts = UHostIds.map((host) => scope.need('host', host));
    return {
      DiskTypeSet: hosts.map((host) => ({
        UHostId: host.id,
        Zone: host.zone,
        AvailableDisks: diskOffer(scope.catalogue.needType(host.machineType)),
      })),
    };
  },
});
