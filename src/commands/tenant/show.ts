import { formatAge } from '@nomadctl/base/duration';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { listVolumes } from '../../tenants/member-volumes.js';
import { standingOf, tenantReport, type TenantReport } from '../../tenants/tenant-report.js';
import { wordOf, type Command } from '../command.js';
import { withTenants } from './open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'tenant', summary: 'as the list names it', required: true }],
  examples: ['nomadctl tenant show shop', 'nomadctl tenant show shop --json'],
  async run(input, ctx) {
    return withTenants(ctx, async ({ connection, store }) => {
      const report = await tenantReport(store, wordOf(input, 'tenant') ?? '', ctx.signal);
      const { tenant, operation } = report;
      const volumes = await listVolumes(connection, tenant.name, ctx.signal);
      const row = (title: string, value: string): string => `  ${title.padEnd(10)}${value}`;
      const error = operation?.error;
      return {
        data: { ...tenant, lastOperation: operation ?? null, volumes },
        text: [
          `${ctx.ui.style.bold(tenant.name)}  ${standingOf(report)}`,
          row('template', [tenant.template, ...tenant.variables].join(' ')),
          row('members', String(tenant.members)),
          ...(tenant.customer === undefined ? [] : [row('customer', tenant.customer)]),
          ...(operation
            ? [
                row(
                  'last',
                  `${operation.kind} ${operation.id}, ${operation.state}, by ${operation.by}, ${formatAge(ctx.clock.now() - operation.asked)}`,
                ),
              ]
            : []),
          ...(error ? [row('failed', error.message), ...error.why.map((line) => row('', line))] : []),
          ...volumes.map(({ name, node, state }) => row('volume', `${name} on ${node}, ${state}`)),
        ].join('\n'),
        next: nextOf(report),
      };
    });
  },
};

/** What was interrupted or has failed goes on when it is asked for again. */
function nextOf({ tenant, operation }: TenantReport): Hint {
  const { name, members, template } = tenant;
  if (operation?.state === 'succeeded') return nomadctl`tenant address ${name}`;
  if (operation?.kind === 'destroy') return nomadctl`tenant destroy ${name}`;
  if (operation?.kind === 'scale') return nomadctl`tenant scale ${name} ${members}`;
  return nomadctl`tenant create ${name} --template ${template}`;
}
