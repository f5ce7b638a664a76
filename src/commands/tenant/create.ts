import { formatDuration } from '@nomadctl/base/duration';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { refuseForeignNamespace } from '../../tenants/tenant-namespace.js';
import { tenantName } from '../../tenants/tenant-name.js';
import { tenantAddress } from '../../tenants/tenant-address.js';
import { readTenant } from '../../tenants/tenant-store.js';
import { checkedMembers, findTenantTemplate } from '../../tenants/tenant-template.js';
import { checkedVariables } from '../../tenants/tenant-variables.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { listOf, numberOf, planFlag } from '../job/job-input.js';
import { doHere, withTenants } from './open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'tenant', summary: 'lower case letters, digits and dashes', required: true }],
  flags: [
    { flag: '--template <name>', summary: 'what it is made from: redis, rocketmq, or a folder of your own (default: redis)' },
    { flag: '--members <count>', summary: 'how many members it has; default: what the template says' },
    { flag: '--var <name=value>', summary: 'a variable of the template; may be repeated', repeatable: true },
    planFlag,
  ],
  examples: [
    'nomadctl tenant create shop',
    'nomadctl tenant create shop --members 3 --var memory=256',
    'nomadctl tenant create orders --template rocketmq',
  ],
  about: [
    'A tenant has a namespace of its own in Nomad, with its policy, a role in Consul by which its jobs register services that begin with its name,',
    'and no others, volumes, a password, and an address. Given again it goes on where it was interrupted, or puts right what is amiss.',
  ].join(' '),
  run: create,
};

async function create(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const tenant = tenantName(wordOf(input, 'tenant') ?? '');
  const template = await findTenantTemplate(flagOf(input, 'template') ?? 'redis', ctx.paths);
  const members = checkedMembers(template, numberOf(flagOf(input, 'members'), '--members'));
  const variables = checkedVariables(template, listOf(input, 'var'));
  const startedAt = ctx.clock.now();
  return withTenants(ctx, async (tenants) => {
    await refuseForeignNamespace(tenants.connection, tenant, ctx.signal);
    const facts = { tenant, template: template.name, members };
    if (input.flags['plan']) {
      const isThere = (await readTenant(tenants.store, tenant, ctx.signal)) !== undefined;
      const jobs = template.jobs.map(({ part }) => part.job);
      return {
        data: { ...facts, jobs, would: isThere ? 'see to' : 'create' },
        text: `Would ${isThere ? 'see to' : 'make'} tenant ${tenant} from ${template.name}, with ${wordsOf(members)}: namespace ${tenant}, ${jobs.join(' and ')}. Nothing was changed.`,
      };
    }
    const operation = await doHere(ctx, tenants, { kind: 'create', ...facts, variables });
    const address = await tenantAddress(tenants.connection, { tenant, manifest: template.manifest }, ctx.signal);
    const ms = ctx.clock.now() - startedAt;
    return {
      data: { ...facts, operation: operation.id, address, ms },
      text: `Tenant ${ctx.ui.style.bold(tenant)} is ready, with ${wordsOf(members)}, in ${formatDuration(ms)}\n  ${address.url ?? address.service}`,
      next: nomadctl`tenant address ${tenant} --credentials`,
    };
  });
}

export function wordsOf(members: number): string {
  return members === 1 ? '1 member' : `${members} members`;
}
