import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'make a tenant, or see to one again', load: () => import('./create.js') },
    { name: 'list', summary: 'every tenant, its size and how it is', load: () => import('./list.js') },
    { name: 'show', summary: 'a tenant, its last operation and its volumes', load: () => import('./show.js') },
    { name: 'address', summary: 'where a customer reaches a tenant, and with what password', load: () => import('./address.js') },
    { name: 'scale', summary: 'give a tenant more or fewer members', load: () => import('./scale.js') },
    { name: 'verify', summary: 'try a tenant through the address that a customer gets', load: () => import('./verify.js') },
    { name: 'destroy', summary: 'remove a tenant with everything that it has', load: () => import('./destroy.js') },
  ],
};
