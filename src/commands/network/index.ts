import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'an overlay network of the clients, tried from each to each', load: () => import('./create.js') },
    { name: 'test', summary: 'whether containers of every client reach those of every other', load: () => import('./test.js') },
    { name: 'list', summary: 'overlay networks of the clients', load: () => import('./list.js') },
    { name: 'remove', summary: 'remove a network; with the last one the swarm ends', load: () => import('./remove.js') },
  ],
};
