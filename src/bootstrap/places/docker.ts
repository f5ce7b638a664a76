import type { BootstrapPlace } from '../place.js';
import { imageFlags } from './image-flags.js';

/** One container with a volume, of the engine that docker speaks to: for a single jump host. */
export const docker: BootstrapPlace = {
  id: 'docker',
  flags: imageFlags,
  open: async (request, ctx) => (await import('../container/bootstrapper.js')).openInDocker(request, ctx),
};
