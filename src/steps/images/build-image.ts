import type { AnyStep } from '../../engine/step.js';
import { defineStep, prepared, type ImagesState, type ImagesSubject } from '../../ucloud/images/images-state.js';
import { runBuild } from '../../ucloud/images/run-build.js';
import { formatAge } from '@nomadctl/base/duration';
import type { Places } from '@nomadctl/base/places';
import type { ImageName } from '../../ucloud/settings/image-names.js';
import type { BuiltImage } from '../../ucloud/ucloud-state.js';

/** Builds one image, when a place is free; an image that has the same content already is left as it is. */
export function buildImageStep(image: ImageName, places: Places): AnyStep<ImagesSubject, ImagesState> {
  const keep = (built: BuiltImage) => ({
    // Three of these run side by side and add to the same value.
    state: ({ images = {} }: Partial<ImagesState>) => ({ images: { ...images, [image]: built } }),
  });
  return defineStep({
    id: `build-${image}`,
    title: `Building ${image}`,
    requires: ['imageWork'],
    provides: ['images'],
    async isDone(at) {
      const work = at.state.imageWork[image];
      if (work?.existing === undefined || work.buildBecause !== undefined)
        return { done: false, because: work?.buildBecause ?? 'not looked at' };
      const age = formatAge(at.clock.now() - work.existing.builtAt);
      return { done: true, ...keep(work.existing), detail: `unchanged: ${work.existing.id}, built ${age}` };
    },
    async run(at, io) {
      const { imageWork, packer } = prepared(at);
      const work = imageWork[image];
      if (work === undefined) throw new Error(`${image} was not looked at`);
      const build = (): Promise<BuiltImage> => runBuild(at, { image, work, packer: packer?.path, line: (text) => io.line(text) });
      const built = await places.take(build, { signal: at.signal, onWait: () => io.line('waits for another build') });
      return { ...keep(built), detail: built.id };
    },
  });
}
