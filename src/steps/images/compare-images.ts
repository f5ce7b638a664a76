import { defineStep, type ImagesContext, type ImagesState } from '../../ucloud/images/images-state.js';
import { compareImages } from '../../ucloud/images/compare-images.js';

/** Finds which images exist and which must be built. Compares in every run: images may be deleted, and new base images come. */
export const compareImagesStep = defineStep({
  id: 'look-at-images',
  title: 'Looking at the images',
  provides: ['imageWork'],
  isDone: async (at) => ({ done: true, ...(await compare(at)) }),
  run: compare,
});

async function compare(at: ImagesContext): Promise<{ state: Pick<ImagesState, 'imageWork'>; detail: string }> {
  const imageWork = await compareImages(at);
  const works = at.request.images.flatMap((image) => imageWork[image] ?? []);
  const wanted = works.filter(({ buildBecause }) => buildBecause !== undefined).length;
  const base = works[0]?.base.name ?? '';
  return { state: { imageWork }, detail: wanted === 0 ? `nothing to build, on ${base}` : `${wanted} to build on ${base}` };
}
