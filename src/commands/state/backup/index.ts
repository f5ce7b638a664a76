import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: "copy the cluster's states, files and snapshots", load: () => import('./create.js') },
    { name: 'list', summary: 'backups, and states that were kept around changes', load: () => import('./list.js') },
    { name: 'show', summary: 'what is in a backup, and whether it is whole', load: () => import('./show.js') },
    { name: 'restore', summary: 'put a backup back, or one state', load: () => import('./restore.js') },
    { name: 'prune', summary: 'remove old backups', load: () => import('./prune.js') },
  ],
};
