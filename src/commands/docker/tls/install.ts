import { engineFacts } from '../../../docker/engine-facts.js';
import { requireAuthority } from '../../../docker/tls/engine-authority.js';
import { keptFiles } from '../../../docker/tls/kept-files.js';
import { alsoNamedOf, listenOf, plannedInstall } from '../../../docker/tls/planned-install.js';
import { flagOf, type Command } from '../../command.js';
import { listOf } from '../../job/job-input.js';
import { nodeArgument, withEngineHost } from '../engine-host.js';
import { applyInstall, showInstall } from './apply-install.js';

export const command: Command = {
  arguments: [nodeArgument],
  flags: [
    { flag: '--listen <address:port>', summary: 'where the engine listens, besides its socket (default: 0.0.0.0:2376)' },
    {
      flag: '--also-named <name>',
      summary: 'a name or an address by which clients reach it besides its own; may be repeated',
      repeatable: true,
    },
    { flag: '--replace', summary: 'also where the engine has TLS of somebody else' },
    { flag: '--plan', summary: 'print what would be changed, and change nothing' },
  ],
  examples: [
    'nomadctl docker tls install --plan',
    'nomadctl docker tls install client-1',
    'nomadctl docker tls install --listen 10.0.0.5 --also-named build.example.com',
  ],
  about: [
    'The host makes its key itself, and gets a certificate that names its hostname, all its addresses and 127.0.0.1. What its daemon.json has',
    'stays: mirrors, drivers, other hosts; what stands in flags of its unit moves there. Then docker is started anew; when it does not come up, it',
    'gets back what it had.',
  ].join(' '),
  async run(input, ctx) {
    const listen = listenOf(flagOf(input, 'listen'));
    const alsoNamed = alsoNamedOf(listOf(input, 'alsoNamed'));
    const authority = await requireAuthority({ files: keptFiles(ctx.paths), redact: ctx.redact });
    return withEngineHost(input, ctx, async (host) => {
      const facts = await engineFacts(host.shell, host.name);
      const wanted = {
        ...listen,
        alsoNamed: [...(host.reachedAt ?? []), ...alsoNamed],
        replace: input.flags['replace'] === true,
      };
      const application = { host, facts, authority, planned: plannedInstall(host.name, facts, wanted), wanted };
      return input.flags['plan'] === true ? showInstall(application, ctx) : applyInstall(application, ctx);
    });
  },
};
