import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'show', summary: 'every setting, with where it came from', load: () => import('./show.js') },
    { name: 'get', summary: 'the value of one key', load: () => import('./get.js') },
    { name: 'set', summary: 'change one key in the cluster file', load: () => import('./set.js') },
    { name: 'explain', summary: 'what a key sets, what it may be, and where its value came from', load: () => import('./explain.js') },
    { name: 'path', summary: 'where the cluster file is', load: () => import('./path.js') },
  ],
};
