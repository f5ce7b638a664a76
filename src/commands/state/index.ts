import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'backup', summary: 'copies of states, files and snapshots', load: () => import('./backup/index.js') },
    { name: 'doctor', summary: "what is wrong with terraform's states, and what mends it", load: () => import('./doctor.js') },
  ],
};
