import { AbortError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { tenantReport } from '../../tenants/tenant-report.js';
import { checkedMembers, findTenantTemplate } from '../../tenants/tenant-template.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { numberOf, planFlag } from '../job/job-input.js';
import { nobodyAgrees } from '../nobody-agrees.js';
import { wordsOf } from './create.js';
import { doHere, withTenants } from './open-tenants.js';

export const command: Command = {
  arguments: [
    { name: 'tenant', summary: 'as the list names it', required: true },
    { name: 'members', summary: 'how many it is to have', required: true },
  ],
  flags: [planFlag],
  examples: ['nomadctl tenant scale shop 3', 'nomadctl tenant scale shop 1 --yes'],
  about: 'Members that are taken away lose their volumes: that has to be agreed to. May be given again when it was interrupted.',
  run: scale,
};

async function scale(input: CommandInput, ctx: Context): Promise<CommandResult> {
  return withTenants(ctx, async (tenants) => {
    const { tenant } = await tenantReport(tenants.store, wordOf(input, 'tenant') ?? '', ctx.signal);
    const { name } = tenant;
    const asked = numberOf(wordOf(input, 'members'), 'the number of members');
    if (asked === undefined)
      throw new UsageError('no number of members was given', { code: 'members-invalid', next: nomadctl`tenant show ${name}` });
    const members = checkedMembers(await findTenantTemplate(tenant.template, ctx.paths), asked);
    const lost = tenant.members - members;
    if (input.flags['plan'])
      return {
        data: { tenant: name, members, before: tenant.members, would: lost === 0 ? 'see to' : 'scale' },
        text: `Would give tenant ${name} ${wordsOf(members)}; it has ${tenant.members}.${lost > 0 ? ` The volumes of ${wordsOf(lost)} would be removed.` : ''} Nothing was changed.`,
      };
    if (lost > 0) await agreeToLoss(ctx, `${wordsOf(lost)} of tenant ${name} would lose their volumes, with all that is in them`);
    const operation = await doHere(ctx, tenants, { kind: 'scale', tenant: name, members });
    return {
      data: { tenant: name, members, before: tenant.members, operation: operation.id },
      text: `Tenant ${name} has ${wordsOf(members)}`,
      next: nomadctl`tenant verify ${name}`,
    };
  });
}

async function agreeToLoss({ global, ui }: Context, what: string): Promise<void> {
  if (global.yes) return;
  if (!ui.ask.canAsk) throw nobodyAgrees(`--yes has to be given: ${what}`, {});
  if (!(await ui.ask.confirm({ message: `${what}. Go on?`, default: false }))) throw new AbortError('Nothing was changed', 1);
}
