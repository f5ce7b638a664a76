import { defineAction } from '../action.js';
import { neededName, remark, tag } from '../../params/shared-params.js';
import { boolean, choice, required, text } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';
import { findRegion } from '../../scope/regions.js';

const SIZE = 40;

export const importCustomImage = defineAction({
  name: 'ImportCustomImage',
  summary: 'Makes an image of a file in object storage. The file is not looked at: nothing here has object storage.',
  params: {
    ImageName: neededName(),
    UFileUrl: required(
      text({ min: 1, max: 1000, pattern: /^https?:\/\//, form: 'a URL', example: 'http://bucket.cn-bj.ufileos.com/image.raw' }),
    ),
    OsType: required(choice('CentOS', 'Ubuntu', 'Debian', 'Rocky', 'Windows', 'RedHat', 'Linux', 'Other')),
    OsName: required(text({ min: 1, max: 63, example: 'CentOS 7.2 64位' })),
    Format: required(choice('RAW', 'VHD', 'VMDK', 'qcow2')),
    Auth: required(boolean()),
    ImageDescription: remark(),
    Tag: tag(),
  },
  handle({ ImageName, OsType, OsName, ImageDescription, Tag }, scope) {
    if (scope.machines.real)
      throw new Refusal(retCodes.notWithMachines, 'Hosts on this computer are made of its own images: the file can not run here');
    const record = scope.create('image', { name: ImageName, tag: Tag, remark: ImageDescription });
    const image = scope.put('image', {
      ...record,
      ...{ zone: findRegion(scope.region)?.zones[0] ?? '', size: SIZE, osName: OsName, features: ['NetEnhanced', 'HotPlug'] },
      ...{ baseId: record.id, baseName: ImageName, osType: OsType === 'Windows' ? 'Windows' : 'Linux' },
      state: 'Making',
      pending: [{ at: scope.now + scope.timings.makeImage, set: { state: 'Available' as const } }],
    });
    return { ImageId: image.id };
  },
});
