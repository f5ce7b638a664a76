import { join } from 'node:path';
import { loggedRuns, type LoggedRun } from '../engine/logged-runs.js';
import { formatAge, formatDuration } from '@nomadctl/base/duration';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { listIfThere } from '@nomadctl/base/read-if-there';
import { openCluster } from '../targets/open-cluster.js';
import type { Style } from '../ui/ui.js';
import { wordOf, type Command } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  examples: ['nomadctl history', 'nomadctl history staging --json'],
  about: [
    'What was done to the cluster and its jobs, newest first: how it ended, and the folder of its logs. About twenty runs of each are kept',
    'until "down". What was refused before it changed anything is not among them. Values of variables are left out.',
  ].join(' '),
  async run(input, ctx) {
    const { name, cluster, journal } = await openCluster(ctx, wordOf(input, 'name'));
    const { logs } = cluster.paths;
    const [ofJobs, folders] = await Promise.all([loggedRuns(logs), listIfThere(logs)]);
    const there = new Set(folders.map((folder) => folder.name));
    const newest = [...journal.runs, ...ofJobs]
      .sort((a, b) => b.startedAt - a.startedAt)
      .map((run: LoggedRun) => ({ ...run, ...(there.has(run.id) ? { logs: join(logs, run.id) } : {}) }));
    const { style } = ctx.ui;
    const rows = newest.map((run) => [
      run.plan,
      outcomeOf(run, style),
      formatAge(ctx.clock.now() - run.startedAt),
      took(run),
      run.logs ?? '-',
    ]);
    const columns = ['command', 'outcome', 'begun', 'took', 'logs'];
    return {
      data: newest,
      text: rows.length === 0 ? `Nothing was done to ${name} yet.` : formatTable(columns, rows, tableLook(ctx.ui)),
    };
  },
};

/** Reasons are in the log, which is named beside it. */
const LONGEST_DETAIL = 70;

function outcomeOf({ outcome, detail = '' }: LoggedRun, style: Style): string {
  const [line = ''] = detail.split('\n');
  const said = line === '' ? '' : `: ${line.length > LONGEST_DETAIL ? `${line.slice(0, LONGEST_DETAIL - 3)}...` : line}`;
  if (outcome === 'succeeded') return `${style.good('succeeded')}${said}`;
  // A run that was killed could not say how it ended.
  return outcome === 'running' ? style.warn('running, or killed') : `${style.bad(outcome)}${said}`;
}

function took({ startedAt, finishedAt }: LoggedRun): string {
  return finishedAt === undefined ? '-' : formatDuration(finishedAt - startedAt);
}
