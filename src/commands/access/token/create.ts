import { DEFAULT_NAMESPACE } from '../../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../../context.js';
import { createTokenPlan, runAccessPlan } from '../../../plans/access.js';
import { requireKnownTokens } from '../../../security/access/acl-standing.js';
import { refuseToken, type MadeToken, type WantedToken } from '../../../security/access/access-tokens.js';
import { namespaceOf, roleName, TOKEN_KINDS, type TokenKind } from '../../../security/access/token-kinds.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../../command.js';
import { lifeOf, ttlFlag } from '../life-time.js';
import { planFlag } from '../../job/job-input.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'whose it is, or what it is for: one word', required: true }],
  flags: [
    { flag: '--role <role>', summary: 'what it may do (default: read-only)', choices: TOKEN_KINDS },
    { flag: '--namespace <name>', summary: `of a deployer: where (default: ${DEFAULT_NAMESPACE})` },
    ttlFlag,
    planFlag,
  ],
  examples: [
    'nomadctl access token create ada --role operator --ttl 8h',
    'nomadctl access token create ci --role deployer --namespace team2 --json',
    'nomadctl access token create dashboard',
  ],
  about: [
    'Makes one token of Nomad and one of Consul, and shows both this once, on standard output. management may do everything, operator everything',
    'but tokens and policies, read-only sees what runs and no values, deployer runs the jobs of one namespace.',
  ].join(' '),
  async run(input, ctx) {
    const wanted = wantedOf(input);
    return withCluster(ctx, async (connection) => {
      await requireKnownTokens(connection, ctx.signal);
      await refuseToken(connection, wanted, ctx.signal);
      if (input.flags['plan']) {
        const { name, kind, namespace, lifeMs } = wanted;
        return {
          data: { name, role: kind, namespace, ttlMs: lifeMs ?? null, would: 'create' },
          text: `Would make token ${name}, ${roleName(wanted)}, which ends ${lifeMs === undefined ? 'never' : `after ${formatDuration(lifeMs)}`}. Nothing was changed.`,
        };
      }
      let made: MadeToken | undefined;
      await runAccessPlan(ctx, {
        plan: createTokenPlan(wanted, (token) => (made = token)),
        connection,
      });
      if (made === undefined) throw new Error('a token that was made is delivered');
      return shown(made, ctx);
    });
  },
};

/** @throws UsageError */
function wantedOf(input: CommandInput): WantedToken {
  const name = wordOf(input, 'name') ?? '';
  if (!/^[A-Za-z0-9][A-Za-z0-9._@-]{0,63}$/.test(name)) {
    throw new UsageError(`"${name}" can be no name of a token`, {
      code: 'name-invalid',
      why: 'letters, digits, and dots, dashes, underscores or @ between them, 64 at the most',
      next: nomadctl`access token create --help`,
    });
  }
  const kind = (flagOf(input, 'role') ?? 'read-only') as TokenKind;
  const namespace = flagOf(input, 'namespace');
  if (kind !== 'deployer' && namespace !== undefined) {
    throw new UsageError(`--namespace is for deployers, and this is to be ${kind}`, {
      code: 'namespace-unused',
      why: 'every other role is for the whole cluster',
      next: again({ role: 'deployer' }),
    });
  }
  return {
    name,
    kind,
    ...(kind === 'deployer' ? { namespace: namespaceOf(namespace ?? DEFAULT_NAMESPACE) } : {}),
    lifeMs: lifeOf(flagOf(input, 'ttl')),
  };
}

/** What is for people goes to standard error: the rest is for a file, or for eval. */
function shown({ token, secrets }: MadeToken, { clock, ui }: Context): CommandResult {
  const { name, kind, namespace, ends, accessors } = token;
  const end = ends === undefined ? 'It does not end.' : `It ends in ${formatDuration(Date.parse(ends) - clock.now())}.`;
  const both = {
    nomad: { accessor: accessors.nomad ?? '', secret: secrets.nomad },
    consul: { accessor: accessors.consul ?? '', secret: secrets.consul },
  };
  const about = `Token ${name}: ${roleName(token)}. ${end} Nobody can show it again.`;
  ui.note(about);
  return {
    data: null,
    text: '',
    disclosure: {
      data: { name, role: kind, namespace: namespace ?? null, ends: ends ?? null, ...both },
      text: ['NOMAD_TOKEN=', secrets.nomad, '\nCONSUL_HTTP_TOKEN=', secrets.consul],
    },
  };
}
