import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'up', summary: 'lead networks of this computer to the APIs of a cluster', load: () => import('./up.js') },
    { name: 'status', summary: 'where the proxy listens, and which servers know a leader', load: () => import('./status.js') },
    { name: 'down', summary: 'end the proxy', load: () => import('./down.js') },
  ],
};
