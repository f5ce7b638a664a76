import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** The image, where it lives in one. */
export const makeImageStep = defineStep({
  id: 'make-image',
  title: 'Making the image of the bootstrapper',
  isDone: async ({ bootstrapper }) =>
    (await bootstrapper.isProvided()) ? { done: true, detail: bootstrapper.madeOf } : { done: false, because: 'not there yet' },
  run: async ({ bootstrapper }, io) => {
    await bootstrapper.provide((text) => io.line(text));
    return { detail: bootstrapper.madeOf };
  },
});
