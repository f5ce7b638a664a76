import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'allow', summary: 'let one service reach another', load: () => import('./allow.js') },
    { name: 'deny', summary: 'keep one service from another', load: () => import('./deny.js') },
    { name: 'delete', summary: 'take back what was said of two services', load: () => import('./delete.js') },
    { name: 'list', summary: 'what is said of which services, and of the rest', load: () => import('./list.js') },
  ],
};
