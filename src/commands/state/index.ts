import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'backend', summary: 'where the states of a cluster are kept, and where they shall be', load: () => import('./backend.js') },
    { name: 'migrate', summary: 'bring the states to where the settings want them', load: () => import('./migrate.js') },
    { name: 'key', summary: 'your key, for whom clusters are kept so that attach works', load: () => import('./key.js') },
    { name: 'unlock', summary: 'who holds the locks of a cluster, and taking them away', load: () => import('./unlock.js') },
  ],
};
