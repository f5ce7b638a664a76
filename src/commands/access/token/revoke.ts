import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { revokeTokenPlan, runAccessPlan } from '../../../plans/access.js';
import { requireKnownTokens } from '../../../security/access/acl-standing.js';
import { accessTokens } from '../../../security/access/access-tokens.js';
import { roleName } from '../../../security/access/token-kinds.js';
import { wordOf, type Command } from '../../command.js';
import { planFlag } from '../../job/job-input.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'as the list names it', required: true, completes: 'token' }],
  flags: [planFlag],
  examples: ['nomadctl access token revoke ci', 'nomadctl access token revoke ci --plan'],
  about: 'Whoever has the token can do nothing with it from then on. What runs goes on.',
  async run(input, ctx) {
    const name = wordOf(input, 'name') ?? '';
    return withCluster(ctx, async (connection) => {
      await requireKnownTokens(connection, ctx.signal);
      const tokens = await accessTokens(connection, ctx.signal);
      const token = tokens.find((one) => one.name === name);
      if (token === undefined) {
        const names = tokens.map((one) => one.name);
        throw new UsageError(`there is no token ${name}${didYouMean(name, names)}`, {
          code: 'token-missing',
          why: names.length === 0 ? 'none was made for anybody' : `made were: ${names.join(', ')}; what has ended is gone`,
          next: nomadctl`access token list`,
        });
      }
      const data = { name, role: token.kind, namespace: token.namespace ?? null };
      if (input.flags['plan'])
        return { data: { ...data, would: 'revoke' }, text: `Would revoke token ${name}, ${roleName(token)}. Nothing was changed.` };
      await runAccessPlan(ctx, { plan: revokeTokenPlan(token), connection });
      return { data: { ...data, revoked: true }, text: `Token ${name}, ${roleName(token)}, is revoked.` };
    });
  },
};
