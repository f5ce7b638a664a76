import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { readPassword } from '../../tenants/passwords.js';
import { tenantAddress } from '../../tenants/tenant-address.js';
import { tenantReport } from '../../tenants/tenant-report.js';
import { findTenantTemplate, type TenantTemplate } from '../../tenants/tenant-template.js';
import { wordOf, type Command, type CommandResult } from '../command.js';
import { withTenants, type Tenants } from './open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'tenant', summary: 'as the list names it', required: true }],
  flags: [{ flag: '--credentials', summary: 'also the password' }],
  examples: ['nomadctl tenant address shop', 'nomadctl tenant address shop --credentials --json'],
  about: 'Where the instances are that Consul finds well. It changes with them; the name of the service does not.',
  async run(input, ctx) {
    return withTenants(ctx, async (tenants) => {
      const { tenant } = await tenantReport(tenants.store, wordOf(input, 'tenant') ?? '', ctx.signal);
      const template = await findTenantTemplate(tenant.template, ctx.paths);
      const address = await tenantAddress(tenants.connection, { tenant: tenant.name, manifest: template.manifest }, ctx.signal);
      if (address.url === undefined) {
        throw new OutcomeError(`tenant ${tenant.name} has no address now`, {
          code: 'tenant-no-address',
          why: `Consul knows no instance of ${address.service} that passes its checks`,
          next: nomadctl`tenant show ${tenant.name}`,
        });
      }
      if (input.flags['credentials'] === true) return disclosed(ctx, { tenants, tenant: tenant.name, template, address });
      return { data: { tenant: tenant.name, ...address }, text: address.url };
    });
  },
};

interface Found {
  readonly tenants: Tenants;
  readonly tenant: string;
  readonly template: TenantTemplate;
  readonly address: Awaited<ReturnType<typeof tenantAddress>>;
}

async function disclosed(ctx: Context, { tenants, tenant, template, address }: Found): Promise<CommandResult> {
  const part = template.manifest.jobs.find(({ password }) => password);
  const password = part && (await readPassword(tenants.connection, { tenant, job: part.job }, ctx));
  const { user } = template.manifest.address;
  const { service, addresses, url = '' } = address;
  const lines = [`address   ${url}\n`, ...(user === undefined ? [] : [`user      ${user}\n`])];
  return {
    data: null,
    text: '',
    disclosure: {
      text: [...lines, ...(password ? ['password  ', password] : ['it has no password'])],
      data: { tenant, service, addresses: [...addresses], url, user: user ?? null, password: password ?? null },
    },
  };
}
