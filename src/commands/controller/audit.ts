import { formatTable, tableLook } from '@nomadctl/base/table';
import { readAudit } from '../../tenants/audit.js';
import type { Command } from '../command.js';
import { withTenants } from '../tenant/open-tenants.js';

export const command: Command = {
  examples: ['nomadctl controller audit', 'nomadctl controller audit --json'],
  about: 'The last 5000 requests that changed something or asked for credentials, also those that were refused; look-ups are left out.',
  async run(_input, ctx) {
    const entries = await withTenants(ctx, ({ store }) => readAudit(store, ctx.signal));
    const columns = ['TIME', 'CUSTOMER', 'ACTION', 'TENANT', 'FROM', 'ANSWER'];
    const rows = entries.map(({ at, customer, action, tenant, from, status, refusal }) => [
      new Date(at).toISOString(),
      ...[customer, action, tenant, from, refusal === undefined ? String(status) : `${status} ${refusal}`],
    ]);
    const text = rows.length === 0 ? 'Nobody has asked for anything' : formatTable(columns, rows, tableLook(ctx.ui));
    return { data: { entries }, text };
  },
};
