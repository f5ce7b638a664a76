import { stepsFor, type StepContext } from '../../engine/step.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { ImageName } from '../settings/image-names.js';
import type { BuiltImage, UcloudState } from '../ucloud-state.js';
import type { UcloudSubject } from '../ucloud-subject.js';

/** What a run of `build-images` was asked for. */
export interface ImagesRequest {
  readonly images: readonly ImageName[];
  /** Builds what has not changed, too. */
  readonly force: boolean;
  /** Copies of the base image, with nothing installed. */
  readonly bare: boolean;
}

export interface ImagesSubject extends UcloudSubject {
  readonly request: ImagesRequest;
}

/** What is to become of one image. */
export interface ImageWork {
  /** Name at UCloud, with the hash of everything in it. */
  readonly name: string;
  readonly hash: string;
  readonly base: { readonly id: string; readonly name: string };
  readonly sshUser: string;
  readonly versions: Readonly<Record<string, string>>;
  /** An image that has this very content. */
  readonly existing?: BuiltImage;
  /** Why it is to be built; absent when it is not. */
  readonly buildBecause?: string;
}

/** What comes from where, once all of it has been looked up. */
export interface ImageFiles {
  readonly consul: { readonly url: string; readonly sha256: string };
  readonly nomad: { readonly url: string; readonly sha256: string };
  /** Terraform's providers, as the script reads them. */
  readonly plugins: string;
}

/** Values that the steps of `build-images` hand to each other, besides those of the cluster. */
export interface ImagesState extends UcloudState {
  readonly imageWork: Readonly<Partial<Record<ImageName, ImageWork>>>;
  readonly packer: { readonly path: string; readonly version: string };
  readonly imageFiles: ImageFiles;
  /** Zone that has temporary hosts in stock. */
  readonly buildZone: string;
}

export const { defineStep } = stepsFor<ImagesSubject, ImagesState>();

export type ImagesContext<Required extends keyof ImagesState = never> = StepContext<ImagesSubject, ImagesState, Required>;

/** Images that will be built, in the order of their names. */
export function imagesToBuild({ state, request }: ImagesContext): readonly ImageName[] {
  return request.images.filter((image) => state.imageWork?.[image]?.buildBecause !== undefined);
}

/** What the steps before a build made ready. They have nothing to hand on when nothing is to be built, so nobody requires it. */
export function prepared({ state, request }: ImagesContext): Pick<ImagesState, 'imageWork' | 'imageFiles' | 'buildZone'> & {
  /** Without it, images with nothing installed are made by ourselves. */
  readonly packer: ImagesState['packer'] | undefined;
} {
  const { imageWork, packer, imageFiles, buildZone } = state;
  if (imageWork && (packer || request.bare) && imageFiles && buildZone !== undefined) return { imageWork, packer, imageFiles, buildZone };
  throw new PrerequisiteError('an image cannot be built by itself', {
    code: 'state-missing',
    why: 'the steps before it were left out',
    next: nomadctl`build-images`,
  });
}
