import { formatAge, formatDuration } from '@nomadctl/base/duration';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { requireKnownTokens } from '../../../security/access/acl-standing.js';
import { accessTokens, type AccessToken } from '../../../security/access/access-tokens.js';
import { roleName } from '../../../security/access/token-kinds.js';
import type { Command } from '../../command.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  examples: ['nomadctl access token list', 'nomadctl access token list --json'],
  about: "Shows no secrets. The cluster's own tokens, and those that its jobs get, are not among them.",
  async run(_input, ctx) {
    const tokens = await withCluster(ctx, async (connection) => {
      await requireKnownTokens(connection, ctx.signal);
      return accessTokens(connection, ctx.signal);
    });
    const data = { tokens: tokens.map(({ kind, ...token }) => ({ ...token, role: kind })) };
    if (tokens.length === 0) return { data, text: 'No tokens were made for anybody.', next: nomadctl`access token create --help` };
    const now = ctx.clock.now();
    const columns = ['NAME', 'ROLE', 'MADE', 'ENDS', ''];
    const rows = tokens.map((token) => [
      token.name,
      roleName(token),
      formatAge(now - Date.parse(token.made)),
      token.ends === undefined ? 'never' : `in ${formatDuration(Date.parse(token.ends) - now)}`,
      halfOf(token),
    ]);
    return { data, text: formatTable(columns, rows, tableLook(ctx.ui)) };
  },
};

function halfOf({ accessors: { consul, nomad } }: AccessToken): string {
  if (consul !== undefined && nomad !== undefined) return '';
  return nomad === undefined ? 'of Consul alone' : 'of Nomad alone';
}
