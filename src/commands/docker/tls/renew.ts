import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../../context.js';
import { engineFacts } from '../../../docker/engine-facts.js';
import { configProblem, configuredHosts } from '../../../docker/tls/daemon-config.js';
import { requireAuthority, succeedAuthority } from '../../../docker/tls/engine-authority.js';
import { clientName, ensureClient } from '../../../docker/tls/engine-client.js';
import { keptFiles, OPERATOR } from '../../../docker/tls/kept-files.js';
import { namesIn } from '../../../docker/tls/names-in.js';
import { plannedInstall } from '../../../docker/tls/planned-install.js';
import { tcpHostIn } from '../../../docker/tls/tcp-host.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../../command.js';
import { nodeArgument, withEngineHost } from '../engine-host.js';
import { applyInstall, showInstall } from './apply-install.js';

export const command: Command = {
  arguments: [nodeArgument],
  flags: [
    { flag: '--authority', summary: 'another authority: engines and clients of both trust each other until each was renewed' },
    { flag: '--client <name>', summary: "a client's certificate, and no engine's" },
    { flag: '--plan', summary: 'print what would be changed, and change nothing' },
  ],
  examples: ['nomadctl docker tls renew', 'nomadctl docker tls renew client-1 --plan', 'nomadctl docker tls renew --client ci'],
  about: [
    'An engine gets a new key and a certificate with the names that it has and those of its addresses by now, and is started anew. After --authority',
    'renew every engine, and every client; the authority before is trusted until the next one.',
  ].join(' '),
  async run(input, ctx) {
    const wants = { authority: input.flags['authority'] === true, client: flagOf(input, 'client'), node: wordOf(input, 'node') };
    if ([wants.authority, wants.client !== undefined, wants.node !== undefined].filter(Boolean).length > 1)
      throw new UsageError('an authority, a client and an engine are renewed one at a time', {
        code: 'flags-conflict',
        why: 'an engine is started anew with it, and nobody may lose its containers by the way',
        next: nomadctl`docker tls renew --help`,
      });
    if (wants.authority) return renewAuthority(input, ctx);
    return wants.client === undefined ? renewEngine(input, ctx) : renewClient(wants.client, input, ctx);
  },
};

async function renewAuthority({ flags }: CommandInput, { clock, paths, redact }: Context): Promise<CommandResult> {
  const [files, now] = [keptFiles(paths), clock.now()];
  const before = await requireAuthority({ files, redact });
  if (flags['plan'] === true)
    return { data: { would: 'renew', authority: files.ca }, text: `Would make another authority in ${files.folder}. Nothing was changed.` };
  const authority = await succeedAuthority(before, { files, redact }, now);
  const { files: client } = await ensureClient(OPERATOR, { files, authority, now, redact }, 'its authority is another one');
  return {
    data: { authority: files.ca, client: OPERATOR, folder: client.folder },
    text: [
      `Docker engines have another authority: ${files.ca}`,
      `Client ${OPERATOR} has a certificate of it, with what the one before says of it: engines take it before they are renewed.`,
    ].join('\n'),
    next: nomadctl`docker tls renew`,
  };
}

async function renewClient(given: string, { flags }: CommandInput, { clock, paths, redact }: Context): Promise<CommandResult> {
  const [files, name] = [keptFiles(paths), clientName(given)];
  const authority = await requireAuthority({ files, redact });
  const { folder } = files.client(name);
  if (flags['plan'] === true)
    return {
      data: { would: 'renew', client: name, folder },
      text: `Would make another certificate for client ${name} in ${folder}. Nothing was changed.`,
    };
  await ensureClient(name, { files, authority, now: clock.now(), redact }, 'that was asked for');
  return { data: { client: name, folder }, text: `Client ${name} has another certificate: ${folder}` };
}

async function renewEngine(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const authority = await requireAuthority({ files: keptFiles(ctx.paths), redact: ctx.redact });
  return withEngineHost(input, ctx, async (host) => {
    const facts = await engineFacts(host.shell, host.name);
    const problem = configProblem(facts.daemonJson);
    const [listen] = (configuredHosts(facts.daemonJson) ?? []).flatMap((one) => tcpHostIn(one) ?? []);
    if (problem !== undefined || listen === undefined)
      throw new ConfigError(`docker on ${host.name} has no TLS of nomadctl's`, {
        code: 'docker-tls-missing',
        why: problem ?? 'it listens at no address',
        next: nomadctl`docker tls install ${wordOf(input, 'node')}`,
      });
    const { dns, ip } = namesIn(facts.certificate ?? '');
    const wanted = { ...listen, alsoNamed: [...(host.reachedAt ?? []), ...dns, ...ip], replace: false };
    const application = { host, facts, authority, planned: plannedInstall(host.name, facts, wanted), wanted };
    return input.flags['plan'] === true ? showInstall(application, ctx) : applyInstall(application, ctx);
  });
}
