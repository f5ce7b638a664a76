import { removeContainer, removeVolume } from '../../bootstrap/docker/bootstrapper.js';
import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** The container, and then the volume. Comes after the bootstrapper has seen that the cloud is empty. */
export const removeBootstrapperStep = defineStep({
  id: 'remove-bootstrapper',
  title: 'Removing the container, then the volume',
  run: async (at) => {
    await removeContainer(at, at.cluster);
    await removeVolume(at, at.cluster);
  },
});
