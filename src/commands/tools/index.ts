import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'list', summary: 'each program: wanted, found, where', load: () => import('./list.js') },
    { name: 'install', summary: 'download or build programs', load: () => import('./install.js') },
    { name: 'path', summary: 'print the path of a program', load: () => import('./path.js') },
    { name: 'clean', summary: 'remove old versions and unfinished downloads', load: () => import('./clean.js') },
  ],
};
