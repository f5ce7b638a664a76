import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'make a customer with a token, change a quota, or give a new token', load: () => import('./create.js') },
    { name: 'list', summary: 'every customer, the quota and the tenants', load: () => import('./list.js') },
    { name: 'revoke', summary: "end a customer's tokens; the tenants stay", load: () => import('./revoke.js') },
    { name: 'delete', summary: 'forget a customer without tenants', load: () => import('./delete.js') },
  ],
};
