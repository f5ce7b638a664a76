import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'make a token for somebody, and show it once', load: () => import('./create.js') },
    { name: 'list', summary: 'tokens that were made for somebody, and when they end', load: () => import('./list.js') },
    { name: 'revoke', summary: 'end a token now', load: () => import('./revoke.js') },
  ],
};
