import { defineAction } from '../action.js';
import { neededId, neededName, remark, tag } from '../../params/shared-params.js';
import { needImage } from '../../model/image.js';
import { Refusal, retCodes } from '../../params/refusal.js';

export const createCustomImage = defineAction({
  name: 'CreateCustomImage',
  summary: 'Makes an image of a host whose boot disk is ready. The host should be stopped.',
  params: { UHostId: neededId(), ImageName: neededName(), ImageDescription: remark(), Tag: tag() },
  handle({ UHostId, ImageName, ImageDescription, Tag }, scope) {
    const host = scope.need('host', UHostId);
    if (host.bootDiskState !== 'Normal') throw new Refusal(retCodes.hostNotStopped, `The boot disk of UHost [${UHostId}] is initializing`);
    const boot = [...host.localDisks, ...scope.owned('disk', UHostId)].find(({ isBoot }) => isBoot);
    const image = scope.put('image', {
      ...scope.create('image', { name: ImageName, tag: Tag, remark: ImageDescription }),
      zone: host.zone,
      state: 'Making',
      ...(scope.machines.real
        ? { source: UHostId }
        : { pending: [{ at: scope.now + scope.timings.makeImage, set: { state: 'Available' as const } }] }),
      size: boot?.size ?? 20,
      osType: host.image.osType,
      osName: host.image.osName,
      features: host.image.cloudInit ? needImage(host.image.baseId, scope).features : ['NetEnhanced'],
      baseId: host.image.baseId,
      baseName: host.image.baseName,
    });
    return { ImageId: image.id };
  },
});
