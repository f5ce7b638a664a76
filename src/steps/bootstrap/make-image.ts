import { PrerequisiteError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { hasImage } from '../../bootstrap/docker/bootstrapper.js';
import { makeImage } from '../../bootstrap/docker/make-image.js';
import { defineStep } from '../../bootstrap/jump-host-subject.js';

export const makeImageStep = defineStep({
  id: 'make-image',
  title: 'Making the image of the bootstrapper',
  isDone: async (at) => ((await hasImage(at, at.image)) ? { done: true, detail: at.image } : { done: false, because: 'not there yet' }),
  run: async (at, io) => {
    if (at.content === undefined) {
      throw new PrerequisiteError(`docker has no image ${at.image}`, {
        code: 'bootstrap-image-missing',
        why: 'it was given by its name, and nothing is fetched from a registry',
        next: again({ image: undefined }),
      });
    }
    await makeImage(at, at.content, (text) => io.line(text));
    return { detail: at.image };
  },
});
