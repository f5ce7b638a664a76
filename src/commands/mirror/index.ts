import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'build', summary: 'put what image builds download into a folder', load: () => import('./build.js') },
    { name: 'serve', summary: 'serve that folder over HTTP', load: () => import('./serve.js') },
  ],
};
