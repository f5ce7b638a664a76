import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { DEFAULT_NAMESPACE } from '../../../cluster/connection.js';
import { aclStanding } from '../../../security/access/acl-standing.js';
import { listNamespaces, type NamespaceStanding } from '../../../security/access/namespaces.js';
import type { Command } from '../../command.js';
import { withCluster } from '../open-access.js';

export const command: Command = {
  examples: ['nomadctl access namespace list', 'nomadctl access namespace list --json'],
  async run(_input, ctx) {
    const namespaces = await withCluster(ctx, async (connection) => {
      const { consul: isEnforced } = await aclStanding(connection, ctx.signal);
      return listNamespaces(connection, { isEnforced, signal: ctx.signal });
    });
    const columns = ['NAMESPACE', 'JOBS', 'SERVICES', 'WHAT IT IS'];
    const rows = namespaces.map((one) => [one.name, String(one.jobs), servicesOf(one), one.description]);
    const half = namespaces.find(({ sides }) => sides === 'nomad');
    return {
      data: { namespaces },
      text: formatTable(columns, rows, tableLook(ctx.ui)),
      next: half && nomadctl`access namespace create ${half.name}`,
    };
  },
};

function servicesOf({ name, sides, services }: NamespaceStanding): string {
  if (sides === 'open') return 'any';
  if (sides === 'nomad') return 'none: Consul does not know its jobs';
  return name === DEFAULT_NAMESPACE ? "all that are no other's" : [`${name}-*`, ...services].join(', ');
}
