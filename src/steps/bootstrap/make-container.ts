import { findContainer, hasVolume, makeContainer, makeVolume, nameOf, removeContainer } from '../../bootstrap/docker/bootstrapper.js';
import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** Container and volume. A container of another image goes; the volume stays, whatever happens. */
export const makeContainerStep = defineStep({
  id: 'make-container',
  title: 'Making the volume and the container',
  isDone: async (at) => {
    const [container, volume] = [await findContainer(at, at.cluster), await hasVolume(at, at.cluster)];
    return container?.image === at.image && volume
      ? { done: true, detail: nameOf(at.cluster) }
      : { done: false, because: container === undefined ? 'not there yet' : 'made from another image' };
  },
  run: async (at) => {
    await makeVolume(at, at.cluster);
    await removeContainer(at, at.cluster);
    await makeContainer(at, at);
    return { detail: nameOf(at.cluster) };
  },
});
