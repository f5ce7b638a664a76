import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** The volume, and what carries the bootstrapper. One that is made otherwise goes; the volume stays, whatever happens. */
export const makeBootstrapperStep = defineStep({
  id: 'make-container',
  title: ({ bootstrapper: { noun, where } }) => `Making the volume and the ${noun} ${where}`,
  isDone: async ({ bootstrapper }) => {
    const [found, volume] = [await bootstrapper.find(), await bootstrapper.hasVolume()];
    if (found && volume && (await bootstrapper.isCurrent())) return { done: true, detail: bootstrapper.name };
    return { done: false, because: found === undefined ? 'not there yet' : volume ? 'made from something else' : 'it has no volume' };
  },
  run: async ({ bootstrapper }, io) => {
    await bootstrapper.make((text) => io.line(text));
    return { detail: bootstrapper.name };
  },
});
