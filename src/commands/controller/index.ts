import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'serve', summary: 'answer customers over HTTP, and do what they ask for', load: () => import('./serve.js') },
    { name: 'customer', summary: 'who may ask, for how many tenants', load: () => import('./customer/index.js') },
    { name: 'audit', summary: 'who asked for what, and what came of it', load: () => import('./audit.js') },
  ],
};
