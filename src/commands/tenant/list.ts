import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { listTenants, standingOf } from '../../tenants/tenant-report.js';
import type { Command } from '../command.js';
import { withTenants } from './open-tenants.js';

export const command: Command = {
  examples: ['nomadctl tenant list', 'nomadctl tenant list --json'],
  async run(_input, ctx) {
    const all = await withTenants(ctx, ({ store }) => listTenants(store, ctx.signal));
    const columns = ['TENANT', 'TEMPLATE', 'MEMBERS', 'CUSTOMER', 'STATE'];
    const rows = all.map((one) => {
      const { name, template, members, customer } = one.tenant;
      return [name, template, String(members), customer ?? '', standingOf(one)];
    });
    return {
      data: { tenants: all.map(({ tenant, operation }) => ({ ...tenant, lastOperation: operation ?? null })) },
      text: rows.length === 0 ? 'There are no tenants' : formatTable(columns, rows, tableLook(ctx.ui)),
      next: rows.length === 0 ? nomadctl`tenant create shop` : undefined,
    };
  },
};
