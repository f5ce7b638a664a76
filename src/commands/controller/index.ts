import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'serve', summary: 'answer customers over HTTP, with what does it beside it', load: () => import('./serve.js') },
    { name: 'work', summary: 'do what they ask for, and answer nobody', load: () => import('./work.js') },
    { name: 'customer', summary: 'who may ask, for how many tenants', load: () => import('./customer/index.js') },
    { name: 'audit', summary: 'who asked for what, and what came of it', load: () => import('./audit.js') },
  ],
};
