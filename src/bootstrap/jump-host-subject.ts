import type { ImageContent } from './image/image-content.js';
import { stepsFor } from '../engine/step.js';

/** What a jump host is about: a bootstrapper in docker. */
export interface JumpHostSubject {
  readonly cluster: string;
  /** Text of the parcel. */
  readonly parcel: string;
  readonly image: string;
  /** What that image is made of; absent: it was given by its name. */
  readonly content?: ImageContent | undefined;
  /** docker's network that the container is in. */
  readonly network: string;
}

export const { defineStep } = stepsFor<JumpHostSubject, Record<never, never>>();
