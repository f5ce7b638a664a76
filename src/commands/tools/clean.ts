import type { Context } from '../../context.js';
import { runPlan } from '../../engine/run-plan.js';
import { previewPlan } from '../../engine/preview-plan.js';
import { formatBytes } from '@nomadctl/base/bytes';
import { cleanPlan, listGarbage } from '../../plans/tools.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { showPlan } from '../plan-flags.js';

export const command: Command = {
  flags: [
    { flag: '--plan', summary: 'print what would be removed, and change nothing' },
    { flag: '--exit-code', summary: 'with --plan: exit with 10 when there is something to do' },
  ],
  examples: ['nomadctl tools clean', 'nomadctl tools clean --plan'],
  about: 'Removes versions that no cluster uses, unfinished downloads and what interrupted installs left. The pinned versions stay.',
  run: clean,
};

interface Removed {
  readonly path: string;
  readonly bytes: number;
  readonly why: string;
}

async function clean(input: CommandInput, ctx: Context): Promise<CommandResult> {
  if (input.flags['plan']) return preview(input, ctx);
  const { state } = await runPlan(cleanPlan, ctx, { subject: {} });
  const removed = state.removed ?? [];
  const bytes = totalOf(removed);
  const headline = removed.length === 0 ? 'Nothing to remove' : `Removed ${formatBytes(bytes)}`;
  return { data: { removed, bytes }, text: [headline, ...linesOf(removed)].join('\n') };
}

async function preview(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const planned = showPlan(await previewPlan(cleanPlan, ctx, { subject: {} }), { input, ctx, title: 'Tools folder' });
  const garbage = await listGarbage(ctx);
  const data = { ...(planned.data as object), wouldRemove: garbage, bytes: totalOf(garbage) };
  return { ...planned, data, text: [planned.text, ...linesOf(garbage)].join('\n') };
}

function totalOf(items: readonly Removed[]): number {
  return items.reduce((sum, item) => sum + item.bytes, 0);
}

function linesOf(items: readonly Removed[]): string[] {
  return items.map(({ path, bytes, why }) => `  ${formatBytes(bytes).padStart(9)}  ${path}  (${why})`);
}
