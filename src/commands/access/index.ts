import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'token', summary: 'tokens for people and CI', load: () => import('./token/index.js') },
    { name: 'namespace', summary: 'namespaces of jobs, in Nomad and in Consul', load: () => import('./namespace/index.js') },
    { name: 'intention', summary: 'which service may reach which over the mesh', load: () => import('./intention/index.js') },
    { name: 'recover', summary: 'new management tokens for a cluster that has lost them', load: () => import('./recover.js') },
  ],
};
