import type { CommandGroup } from '../../command.js';

export const command: CommandGroup = {
  commands: [
    { name: 'create', summary: 'an authority for engines, and a certificate for a client', load: () => import('./create.js') },
    { name: 'install', summary: 'give an engine a certificate, and start it anew with TLS', load: () => import('./install.js') },
    { name: 'check', summary: 'whether an engine has TLS as it should, and refuses strangers', load: () => import('./check.js') },
    { name: 'renew', summary: 'new certificates, or a new authority', load: () => import('./renew.js') },
  ],
};
