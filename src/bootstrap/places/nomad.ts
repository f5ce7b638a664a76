import type { BootstrapPlace } from '../place.js';
import { imageFlags } from './image-flags.js';

/** A job on a cluster of ours, with a dynamic host volume of one of its clients. */
export const nomad: BootstrapPlace = {
  id: 'nomad',
  flags: [
    { flag: '--management <cluster>', summary: 'the cluster whose Nomad runs the bootstrapper; default: the current one', says: 'where' },
    {
      flag: '--driver <name>',
      summary: 'of its task; default: docker where a client has it, else raw_exec with nomadctl of this computer',
      choices: ['docker', 'raw_exec'],
    },
    ...imageFlags,
  ],
  open: async (request, ctx) => (await import('../nomad/bootstrapper.js')).openOnNomad(request, ctx),
};
