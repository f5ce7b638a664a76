import { defineAction } from '../action.js';
import { name, neededId, remark } from '../../params/shared-params.js';
import { required, text } from '../../params/param.js';
import { Refusal, retCodes } from '../../params/refusal.js';
import { findRegion } from '../../scope/regions.js';

export const copyCustomImage = defineAction({
  name: 'CopyCustomImage',
  summary: 'Copies an image to another project or region of the account.',
  params: {
    SourceImageId: neededId(),
    TargetProjectId: neededId(),
    TargetRegion: required(text({ max: 30, example: 'cn-sh2' })),
    TargetImageName: name(),
    TargetImageDescription: remark(),
  },
  handle({ SourceImageId, TargetProjectId, TargetRegion, TargetImageName, TargetImageDescription }, scope) {
    const source = scope.need('image', SourceImageId);
    const target = scope.elsewhere({ project: TargetProjectId, region: TargetRegion });
    if (target.project === scope.project && target.region === scope.region)
      throw new Refusal(retCodes.copyTarget, 'The target of the copy is its source');
    if (source.state !== 'Available') throw new Refusal(retCodes.imageUnusable, `Image [${SourceImageId}] is ${source.state}`);
    const image = target.put('image', {
      ...source,
      ...target.create('image', { name: TargetImageName ?? source.name, tag: source.tag, remark: TargetImageDescription ?? source.remark }),
      zone: findRegion(target.region)?.zones[0] ?? '',
      state: 'Copying',
      ...(scope.machines.real
        ? { source: SourceImageId }
        : { pending: [{ at: scope.now + scope.timings.copyImage, set: { state: 'Available' as const } }] }),
    });
    return { TargetImageId: image.id };
  },
});
