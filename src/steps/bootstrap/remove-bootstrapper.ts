import { defineStep } from '../../bootstrap/jump-host-subject.js';

/** What carries it, and then the volume. Comes after the bootstrapper has seen that the cloud is empty. */
export const removeBootstrapperStep = defineStep({
  id: 'remove-bootstrapper',
  title: ({ bootstrapper: { noun } }) => `Removing the ${noun}, then the volume`,
  run: async ({ bootstrapper }) => {
    await bootstrapper.remove();
    await bootstrapper.removeVolume();
  },
});
