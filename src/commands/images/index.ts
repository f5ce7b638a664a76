import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'list', summary: 'what was built from what, and who uses it; base images of the region', load: () => import('./list.js') },
    { name: 'prune', summary: 'remove images that nothing needs', load: () => import('./prune.js') },
  ],
};
