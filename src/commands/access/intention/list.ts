import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { aclStanding } from '../../../security/access/acl-standing.js';
import { listIntentions } from '../../../security/access/intentions.js';
import { wordOf, type Command } from '../../command.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  arguments: [{ name: 'service', summary: 'only what is said of this one' }],
  examples: ['nomadctl access intention list', 'nomadctl access intention list redis --json'],
  async run(input, ctx) {
    const service = wordOf(input, 'service');
    const { pairs, isEnforced } = await withCluster(ctx, async (connection) => {
      const [all, standing] = await Promise.all([listIntentions(connection, ctx.signal), aclStanding(connection, ctx.signal)]);
      return { pairs: all, isEnforced: standing.consul };
    });
    const shown = pairs.filter(({ source, destination }) => service === undefined || source === service || destination === service);
    // Without an entry, Consul's default policy decides.
    const rest = isEnforced ? 'deny' : 'allow';
    const columns = ['SOURCE', 'DESTINATION', 'ACTION'];
    const rows = shown.map(({ source, destination, action }) => [source, destination, action]);
    const about = isEnforced
      ? 'Every other connection of the mesh is refused.'
      : 'Every other connection of the mesh is allowed: the cluster has no access control.';
    return {
      data: { intentions: shown, otherwise: rest },
      text: [...(rows.length > 0 ? [formatTable(columns, rows, tableLook(ctx.ui)), ''] : []), about].join('\n'),
      next: rows.length === 0 && isEnforced ? nomadctl`access intention allow <source> <destination>` : undefined,
    };
  },
};
