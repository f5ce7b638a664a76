import { verifyTenant } from '../../plans/tenants.js';
import { tenantReport } from '../../tenants/tenant-report.js';
import { findTenantTemplate } from '../../tenants/tenant-template.js';
import { wordOf, type Command } from '../command.js';
import { withTenants } from './open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'tenant', summary: 'as the list names it', required: true }],
  examples: ['nomadctl tenant verify shop'],
  about:
    'Runs what the template declares: data goes in and comes out through the address that a customer gets, and nothing without the password.',
  async run(input, ctx) {
    return withTenants(ctx, async ({ connection, store }) => {
      const { tenant } = await tenantReport(store, wordOf(input, 'tenant') ?? '', ctx.signal);
      const template = await findTenantTemplate(tenant.template, ctx.paths);
      const checks = await verifyTenant(ctx, { connection, template, tenant: tenant.name });
      const lines = checks.map(({ title, found }) => `  ${title}  ${ctx.ui.style.dim(found)}`);
      return {
        data: { tenant: tenant.name, checks },
        text: [`${ctx.ui.style.bold(tenant.name)} does what it promises`, ...lines].join('\n'),
      };
    });
  },
};
