import type { CommandGroup } from '../command.js';

export const command: CommandGroup = {
  commands: [{ name: 'tls', summary: 'TLS for the API of docker engines, and who may ask them', load: () => import('./tls/index.js') }],
};
