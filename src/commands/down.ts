import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { removeIfGenerated } from '../config/cluster-file.js';
import { chooseCluster, chooseExistingCluster, clusterNames } from '../config/current-cluster.js';
import { loadCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { openJournal } from '../engine/journal.js';
import { runPlan } from '../engine/run-plan.js';
import { previewPlan } from '../engine/preview-plan.js';
import { checkStepNames } from '../engine/plan-run.js';
import { inSession } from '../engine/session.js';
import { formatDuration } from '../lib/duration.js';
import type { ClusterPaths } from '../lib/paths.js';
import { didYouMean } from '../lib/suggest.js';
import { targetOf, targets } from '../targets/index.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { planFlags, planOptions, showPlan } from './plan-flags.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [...planFlags, { flag: '--keep-data', summary: 'stop everything, and keep data and jobs for the next up' }],
  examples: ['nomadctl down', 'nomadctl down staging --keep-data', 'nomadctl down --plan'],
  about: 'Stops and purges the jobs, ends every agent, removes what up made. A cluster file that you wrote or edited stays.',
  run: down,
};

async function down(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  if (await isGone(name, ctx))
    return { data: { cluster: name, keepData: false, ms: 0 }, text: `There is no cluster ${name}: nothing to take down` };
  const { cluster } = await loadCluster(ctx, { name, targets });
  const target = targetOf(cluster.target);
  const keepData = input.flags['keepData'] === true;
  const plan = await target.down(cluster, { keepData });
  const options = { command: `nomadctl down ${name}${keepData ? ' --keep-data' : ''}`, ...planOptions(input) };
  if (input.flags['plan']) {
    const journal = await openJournal(cluster.paths.journal, name);
    return showPlan(await previewPlan(plan, ctx, { subject: { cluster }, ...options, journal }), {
      input,
      ctx,
      title: `Taking down ${name}`,
    });
  }
  checkStepNames(plan, options);
  const startedAt = ctx.clock.now();
  const { paths } = cluster;
  const whole = !keepData && options.only === undefined && options.from === undefined;
  const fileKept = { value: true };
  const afterwards = async (): Promise<void> => {
    if (whole) fileKept.value = !(await forget(paths));
  };
  await inSession(ctx, { cluster: name, paths, command: options.command, afterwards }, async (session) => {
    ctx.ui.note(`Taking down ${name}: ${target.describe(cluster.settings)}`);
    await runPlan(plan, ctx, { subject: { cluster }, ...options, ...session });
  });
  if (whole) await rmdir(paths.dir).catch(() => undefined);
  const after =
    keepData || fileKept.value
      ? [`Next:  ${ctx.ui.style.accent(`nomadctl up ${name}`)}   brings it back${keepData ? ' with its data and jobs' : ''}`]
      : [];
  const ms = ctx.clock.now() - startedAt;
  return {
    data: { cluster: name, keepData, ms },
    text: [ctx.ui.style.bold(`${name} is down, in ${formatDuration(ms)}`), ...after].join('\n'),
  };
}

/**
 * A second `down`, or one that was killed at its very end, has nothing to do. A folder is enough to go on: agents may still
 * live in it.
 * @throws UsageError when the name looks like a slip of the pen for a cluster that is there.
 */
async function isGone(name: string, ctx: Context): Promise<boolean> {
  if (existsSync(ctx.paths.cluster(name).dir)) return false;
  if (didYouMean(name, await clusterNames(ctx.paths)) !== '') await chooseExistingCluster(ctx, name);
  return true;
}

/** True when the cluster file went too: it was made by `up`, and nobody edited it. */
async function forget(paths: ClusterPaths): Promise<boolean> {
  await Promise.all([paths.logs, paths.secrets].map((path) => rm(path, { recursive: true, force: true })));
  const removed = await removeIfGenerated(paths.file);
  // Last, because a cluster without a file is known by its journal: a `down` that is killed can be run again.
  await rm(paths.journal, { force: true });
  return removed;
}
