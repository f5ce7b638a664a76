import type { Plan } from '../../engine/step.js';
import type { ImagesState, ImagesSubject } from '../../ucloud/images/images-state.js';
import { createPlaces } from '@nomadctl/base/places';
import { buildImageStep } from '../../steps/images/build-image.js';
import { checkPackerStep } from '../../steps/images/check-packer.js';
import { findBuildZoneStep } from '../../steps/images/find-build-zone.js';
import { compareImagesStep } from '../../steps/images/compare-images.js';
import { lookUpFilesStep } from '../../steps/images/look-up-files.js';
import { pruneImagesStep, type PruneSubject } from '../../steps/images/prune-images.js';
import { renderImagesStep } from '../../steps/images/render-images.js';
import { sweepBuildsStep } from '../../steps/images/sweep-builds.js';
import { imageNames, type ImageName } from '../../ucloud/settings/image-names.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { UcloudSettings } from '../../ucloud/settings/options.js';

export type ImageKind = ImageName;
export const imageKinds: readonly ImageKind[] = imageNames;

/** Images that the cluster file names by id: they need not be built. */
export function overridesOf(settings: UcloudSettings): Partial<Record<ImageKind, string>> {
  const { consulServerImage, nomadServerImage, clientImage } = settings;
  const all = { 'consul-server': consulServerImage, 'nomad-server': nomadServerImage, 'nomad-client': clientImage };
  return Object.fromEntries(Object.entries(all).filter(([, id]) => id !== ''));
}

/** Nothing is trusted to the journal: what is at UCloud decides, by its content. */
export function imagesPlan({ images, parallel }: { images: readonly ImageName[]; parallel: number }): Plan<ImagesSubject, ImagesState> {
  const places = createPlaces(parallel);
  return {
    id: 'build-images',
    always: true,
    steps: [
      // First: what was half made is gone then, or has become whole in the meantime and is found.
      sweepBuildsStep,
      compareImagesStep,
      checkPackerStep,
      [lookUpFilesStep, findBuildZoneStep],
      renderImagesStep,
      images.map((image) => buildImageStep(image, places)),
    ],
  };
}

export const prunePlan: Plan<PruneSubject, UcloudState> = { id: 'images prune', always: true, steps: [pruneImagesStep] };
