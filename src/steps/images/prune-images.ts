import { stepsFor } from '../../engine/step.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSubject } from '../../ucloud/ucloud-subject.js';

export interface PruneSubject extends UcloudSubject {
  /** Images that nothing needs. */
  readonly unneeded: readonly { readonly id: string; readonly name: string }[];
}

const { defineStep } = stepsFor<PruneSubject, UcloudState>();

/** Deletes images. One that is gone already is fine. */
export const pruneImagesStep = defineStep({
  id: 'prune-images',
  title: 'Removing images that nothing needs',
  provides: ['images'],
  async run(at, io) {
    const api = await ucloudOf(at.cluster, at);
    for (const { id, name } of at.unneeded) {
      io.line(`${id} (${name})`);
      await api.call('TerminateCustomImage', { ImageId: id }).catch(async (error: unknown) => {
        if ((await api.call('DescribeImage', { ImageId: id })).ImageSet.length > 0) throw error;
      });
    }
    const gone = new Set(at.unneeded.map(({ id }) => id));
    return {
      state: ({ images = {} }) => ({ images: Object.fromEntries(Object.entries(images).filter(([, { id }]) => !gone.has(id))) }),
      detail: `${gone.size}`,
    };
  },
});
