import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { listCustomers } from '../../../tenants/customers.js';
import type { Command } from '../../command.js';
import { withTenants } from '../../tenant/open-tenants.js';

export const command: Command = {
  examples: ['nomadctl controller customer list'],
  async run(_input, ctx) {
    const all = await withTenants(ctx, ({ store }) => listCustomers(store, ctx.signal));
    const customers = all.map(({ name, quota, tenants, tokens }) => ({ name, quota, tenants, hasToken: tokens.length > 0 }));
    const columns = ['CUSTOMER', 'QUOTA', 'TOKEN', 'TENANTS'];
    const rows = customers.map(({ name, quota, tenants, hasToken }) => [
      name,
      `${tenants.length} of ${quota}`,
      hasToken ? 'yes' : 'revoked',
      tenants.join(', '),
    ]);
    return {
      data: { customers },
      text: rows.length === 0 ? 'There are no customers' : formatTable(columns, rows, tableLook(ctx.ui)),
      next: rows.length === 0 ? nomadctl`controller customer create acme` : undefined,
    };
  },
};
