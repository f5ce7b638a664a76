import { nomadctl } from '@nomadctl/base/hint/hint';
import { ensureAuthority, endOf } from '../../../docker/tls/engine-authority.js';
import { clientName, ensureClient } from '../../../docker/tls/engine-client.js';
import { keptFiles, OPERATOR } from '../../../docker/tls/kept-files.js';
import { flagOf, type Command } from '../../command.js';

export const command: Command = {
  flags: [{ flag: '--client <name>', summary: `whose certificate; default: ${OPERATOR}, which nomadctl itself is` }],
  examples: ['nomadctl docker tls create', 'nomadctl docker tls create --client ci'],
  about: [
    'The authority signs engines and clients; its key stays in the folder docker of NOMADCTL_HOME. It is no authority of a cluster: whoever has',
    "a client's certificate is root on every host whose engine has TLS by this one. What is there stays as it is.",
  ].join(' '),
  async run(input, ctx) {
    const { clock, paths, redact } = ctx;
    const files = keptFiles(paths);
    const name = clientName(flagOf(input, 'client') ?? OPERATOR);
    const now = clock.now();
    const { authority, made } = await ensureAuthority({ files, redact }, now);
    const client = await ensureClient(name, { files, authority, now, redact });
    const until = new Date(endOf(authority)).toISOString().slice(0, 10);
    return {
      data: {
        authority: files.ca,
        authorityMade: made,
        until,
        client: name,
        clientMade: client.made !== undefined,
        folder: client.files.folder,
      },
      text: [
        `${made ? 'Made' : 'There is'} an authority for docker engines, until ${until}: ${files.ca}`,
        `${client.made === undefined ? 'There is' : 'Made'} the certificate of client ${name}: ${client.files.folder}`,
      ].join('\n'),
      next: nomadctl`docker tls install`,
    };
  },
};
