import { AbortError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { listVolumes } from '../../tenants/member-volumes.js';
import { tenantReport } from '../../tenants/tenant-report.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { planFlag } from '../job/job-input.js';
import { nobodyAgrees } from '../nobody-agrees.js';
import { doHere, withTenants } from './open-tenants.js';

export const command: Command = {
  arguments: [{ name: 'tenant', summary: 'as the list names it', required: true }],
  flags: [planFlag],
  examples: ['nomadctl tenant destroy shop --plan', 'nomadctl tenant destroy shop --yes'],
  about:
    'Its jobs, volumes with all that is in them, passwords, namespace, policies, roles and tokens. May be given again when it was interrupted.',
  run: destroy,
};

async function destroy(input: CommandInput, ctx: Context): Promise<CommandResult> {
  return withTenants(ctx, async (tenants) => {
    const { tenant } = await tenantReport(tenants.store, wordOf(input, 'tenant') ?? '', ctx.signal);
    const { name } = tenant;
    const volumes = (await listVolumes(tenants.connection, name, ctx.signal)).map((volume) => volume.name);
    if (input.flags['plan'])
      return {
        data: { tenant: name, volumes, would: 'destroy' },
        text: `Would remove tenant ${name} for good: its jobs, ${volumes.length === 0 ? 'no volumes' : `volumes ${volumes.join(', ')} with their data`}, its namespace, passwords, policies and tokens. Nothing was changed.`,
      };
    await agree(ctx, name, volumes.length);
    const operation = await doHere(ctx, tenants, { kind: 'destroy', tenant: name });
    return { data: { tenant: name, operation: operation.id, volumes }, text: `Tenant ${name} is gone`, next: nomadctl`tenant list` };
  });
}

/** As with clusters, its name is typed: a yes is given too easily. */
async function agree({ global, ui }: Context, name: string, volumes: number): Promise<void> {
  if (global.yes) return;
  const what = `tenant ${name} would be removed with the data of ${volumes === 1 ? '1 volume' : `${volumes} volumes`}`;
  if (!ui.ask.canAsk) throw nobodyAgrees(`--yes has to be given: ${what}`, {});
  const typed = await ui.ask.text({
    message: `${what}. Type its name to go on`,
    check: (value) => (value === name || value === '' ? undefined : `that is not ${name}; nothing at all keeps it`),
  });
  if (typed !== name) throw new AbortError(`Tenant ${name} stays`, 1);
}
