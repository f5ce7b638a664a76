import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    {
      name: 'up',
      summary: 'a container, job or deployment that brings up a cluster, and keeps its states on a volume',
      load: () => import('./up.js'),
    },
    { name: 'status', summary: 'how far a bootstrapper is', load: () => import('./status.js') },
    { name: 'destroy', summary: 'the cluster, then the bootstrapper, then its volume', load: () => import('./destroy.js') },
    { name: 'image', summary: 'make the image of the bootstrapper, of the programs of this computer', load: () => import('./image.js') },
    { name: 'run', summary: 'what a bootstrapper runs', load: () => import('./run.js') },
  ],
};
