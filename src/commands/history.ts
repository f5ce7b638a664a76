import { join } from 'node:path';
import type { RunRecord } from '../engine/journal.js';
import { formatAge, formatDuration } from '@nomadctl/base/duration';
import { formatTable } from '@nomadctl/base/table';
import { openCluster } from '../targets/open-cluster.js';
import type { Style } from '../ui/ui.js';
import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  examples: ['nomadctl history', 'nomadctl history staging --json'],
  about: 'The last twenty runs that changed the cluster, newest first, with the folder of their logs.',
  async run(input, ctx) {
    const { name, cluster, journal } = await openCluster(ctx, wordOf(input, 'name'));
    const { runs } = journal;
    const newest = runs.toReversed().map((run) => ({ ...run, logs: join(cluster.paths.logs, run.id) }));
    const { style } = ctx.ui;
    const rows = newest.map((run) => [run.plan, outcomeOf(run, style), formatAge(ctx.clock.now() - run.startedAt), took(run), run.logs]);
    const columns = ['command', 'outcome', 'begun', 'took', 'logs'].map((title) => ({ title }));
    return {
      data: newest,
      text: rows.length === 0 ? `Nothing was done to ${name} yet.` : formatTable(columns, rows, { header: style.dim }),
    };
  },
};

function outcomeOf({ outcome }: RunRecord, style: Style): string {
  if (outcome === 'succeeded') return style.good('succeeded');
  // A run that was killed could not say how it ended.
  return outcome === 'running' ? style.warn('running, or killed') : style.bad(outcome);
}

function took({ startedAt, finishedAt }: RunRecord): string {
  return finishedAt === undefined ? '-' : formatDuration(finishedAt - startedAt);
}
