import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'make a namespace, with what its jobs may be in Consul', load: () => import('./create.js') },
    { name: 'list', summary: 'every namespace, and whether jobs with services can run there', load: () => import('./list.js') },
    { name: 'delete', summary: 'delete an empty namespace, with the tokens of its deployers', load: () => import('./delete.js') },
  ],
};
