import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'backend', summary: 'where the states of a cluster are kept, and where they shall be', load: () => import('./backend.js') },
    { name: 'migrate', summary: 'bring the states to where the settings want them', load: () => import('./migrate.js') },
    { name: 'key', summary: 'your key, for whom clusters are kept so that attach works', load: () => import('./key.js') },
    { name: 'unlock', summary: 'who holds the locks of a cluster, and taking them away', load: () => import('./unlock.js') },
    { name: 'backup', summary: 'copies of states, files and snapshots', load: () => import('./backup/index.js') },
    { name: 'recover', summary: 'a cluster whose states are lost, from what is at UCloud', load: () => import('./recover.js') },
    { name: 'doctor', summary: "what is wrong with terraform's states, and what mends it", load: () => import('./doctor.js') },
  ],
};
