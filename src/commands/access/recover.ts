import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { previewPlan } from '../../engine/preview-plan.js';
import { openJournal } from '../../engine/journal.js';
import { inSession } from '../../engine/session.js';
import { besideLock } from '../../state/lock/beside-lock.js';
import { requireAcls } from '../../security/access/acl-standing.js';
import { deleteTokens, otherManagementTokens, type OtherToken } from '../../security/acl/recover-acl.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { orSilence, planFlag } from '../job/job-input.js';
import { showPlan } from '../plan-flags.js';

export const command: Command = {
  flags: [{ flag: '--revoke', summary: 'also delete every other management token' }, planFlag],
  examples: ['nomadctl access recover', 'nomadctl access recover --revoke', 'nomadctl access recover --plan'],
  about: [
    "For a cluster whose management tokens are gone: somebody has deleted them, or the cluster's secrets are older than it is.",
    'Consul and Nomad make new ones for whoever can write into the data of their leaders. Jobs go on. Others that may do everything stay',
    'valid and are named, unless --revoke ends them.',
  ].join(' '),
  run: recover,
};

async function recover(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name, target, cluster, connection } = await openCluster(ctx);
  const plan = await target.recover?.(cluster);
  if (plan === undefined) {
    throw new UsageError(`the management tokens of cluster ${name} cannot be recovered from here`, {
      code: 'recover-elsewhere',
      why: 'it takes a file in the data of the servers, which are hosts of their own',
      next: nomadctl`ssh <node>`,
    });
  }
  const before = await connection();
  await orSilence(requireAcls(before, ctx.signal), ctx);
  const run = { subject: { cluster }, command: 'nomadctl access recover' };
  if (input.flags['plan']) {
    const journal = await openJournal(cluster.paths.journal, name);
    const steps = await previewPlan(plan, ctx, { ...run, journal });
    return showPlan(steps, { input, ctx, title: `Recovering access to ${name}` });
  }
  await inSession(
    ctx,
    { cluster: name, paths: cluster.paths, command: run.command, beside: besideLock(ctx, cluster, run.command) },
    ({ ctx, journal, log }) => runPlan(plan, ctx, { ...run, journal, log }),
  );
  const ways = await connection();
  const others = await otherManagementTokens(ways, ctx.signal);
  const revoked = input.flags['revoke'] === true;
  if (revoked) await deleteTokens(ways, others, ctx.signal);
  return {
    data: { cluster: name, others, revoked },
    text: [`Consul and Nomad of cluster ${name} know its management tokens.`, ...othersSaid(others, revoked)].join('\n'),
    next: others.length > 0 && !revoked ? again({ revoke: true }) : undefined,
  };
}

function othersSaid(others: readonly OtherToken[], revoked: boolean): string[] {
  if (others.length === 0) return [];
  const head = revoked ? 'Deleted, for they could do everything:' : 'Others that may do everything, and stay valid:';
  return [head, ...others.map(({ program, accessor, description }) => `  ${program} ${accessor} ${description}`)];
}
