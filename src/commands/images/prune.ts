import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { inSession } from '../../engine/session.js';
import { AbortError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { imageRows, prunable, reasonToKeep, type ImageRow } from '../../targets/ucloud/image-rows.js';
import { prunePlan } from '../../targets/ucloud/images-plan.js';
import { openUcloudCluster } from '../../targets/ucloud/open-ucloud-cluster.js';
import { nobodyAgrees } from '../nobody-agrees.js';
import type { Command, CommandInput, CommandResult } from '../command.js';

export const command: Command = {
  flags: [
    { flag: '--all', summary: 'also the images that only the next up would take' },
    { flag: '--plan', summary: 'print what would be removed, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: ['nomadctl images prune', 'nomadctl images prune --all --plan'],
  about: 'Never removes an image that a host was made from or that a cluster file names. The newest of each kind stays, without --all.',
  run: prune,
};

async function prune(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { cluster } = await openUcloudCluster(ctx, 'images');
  const all = input.flags['all'] === true;
  const look = async (): Promise<{ rows: ImageRow[]; unneeded: ImageRow[] }> => {
    const rows = await imageRows(ctx, cluster);
    return { rows, unneeded: prunable(rows, cluster.name, all) };
  };
  const { rows, unneeded } = await look();
  if (input.flags['plan']) return preview(rows, { cluster: cluster.name, unneeded, all, exitCode: input.flags['exitCode'] === true });
  if (unneeded.length === 0) return { data: { removed: [] }, text: 'Nothing to remove' };
  await confirm(unneeded, ctx);
  const command = `nomadctl images prune${all ? ' --all' : ''}`;
  return inSession(ctx, { cluster: cluster.name, paths: cluster.paths, command }, async (session) => {
    // With the lock held, and no sooner, nothing can come to need one of them.
    const agreed = new Set(unneeded.map(({ id }) => id));
    const now = (await look()).unneeded.filter(({ id }) => agreed.has(id));
    await runPlan(prunePlan, ctx, { subject: { cluster, unneeded: now }, ...session });
    return { data: { removed: now }, text: `Removed ${now.length} image${now.length === 1 ? '' : 's'}` };
  });
}

interface Preview {
  readonly cluster: string;
  readonly unneeded: readonly ImageRow[];
  readonly all: boolean;
  readonly exitCode: boolean;
}

function preview(rows: readonly ImageRow[], { cluster, unneeded, all, exitCode }: Preview): CommandResult {
  const own = rows.filter((row) => row.cluster === cluster);
  const lines = own.map((row) => {
    const why = reasonToKeep(row, rows, all);
    return `  ${why === undefined ? 'remove' : 'keep  '}  ${row.id}  ${row.name}${why === undefined ? '' : `  (${why})`}`;
  });
  const summary = unneeded.length === 0 ? 'Nothing to remove.' : `${unneeded.length} would be removed. Nothing was changed.`;
  return {
    data: { wouldRemove: unneeded },
    text: [`Images of cluster ${cluster}`, '', ...lines, '', summary].join('\n'),
    exitCode: exitCode && unneeded.length > 0 ? 10 : 0,
  };
}

async function confirm(unneeded: readonly ImageRow[], { global, ui }: Context): Promise<void> {
  if (global.yes) return;
  for (const { id, name } of unneeded) ui.note(`  ${id}  ${name}`);
  if (!ui.ask.canAsk) {
    const next = hint`${again({ yes: true })}   (--plan shows them)`;
    throw nobodyAgrees(`--yes has to be given: ${unneeded.length} images would be removed`, { next });
  }
  if (!(await ui.ask.confirm({ message: `Remove ${unneeded.length === 1 ? 'it' : 'them'}?`, default: true })))
    throw new AbortError('No image was removed', 1);
}
