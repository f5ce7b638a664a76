import { existsSync } from 'node:fs';
import { rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { chooseCluster, chooseExistingCluster, clusterNames } from '../config/current-cluster.js';
import { loadCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { openJournal, readJournal } from '../engine/journal.js';
import { runPlan } from '../engine/run-plan.js';
import { previewPlan } from '../engine/preview-plan.js';
import { checkStepNames } from '../engine/plan-run.js';
import { inSession } from '../engine/session.js';
import { formatDuration } from '@nomadctl/base/duration';
import { besideLock } from '../state/lock/beside-lock.js';
import { stateOwner } from '../state/state-owner.js';
import { leftPlaces } from '../state/state-record.js';
import { didYouMean } from '@nomadctl/base/suggest';
import { targetOf, targets } from '../targets/index.js';
import type { Cluster, DownOptions, Leftovers, Target } from '../targets/target.js';
import { agreeToDown } from './down/agree-to-down.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { downFacts, downLines } from './down/down-preview.js';
import { RESOLVER_RECORD } from './dns/resolver-change.js';
import { forgetEngines } from '../docker/tls/engine-records.js';
import { keptFiles } from '../docker/tls/kept-files.js';
import { forgetCluster } from './down/forget-cluster.js';
import { numberOf } from './job/job-input.js';
import { planFlags, planOptions, showPlan } from './plan-flags.js';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [
    ...planFlags,
    { flag: '--keep-data', summary: 'stop everything, and keep data and jobs for the next up (clusters on this computer)' },
    { flag: '--wait-network', summary: 'also wait until the network can be deleted, and delete it (UCloud)' },
    { flag: '--timeout <seconds>', summary: 'with --wait-network: give up waiting after that long (default: 1200)' },
    { flag: '--prune', summary: 'also remove images and whatever else is left of the cluster (UCloud)' },
  ],
  examples: ['nomadctl down', 'nomadctl down staging --keep-data', 'nomadctl down prod --wait-network', 'nomadctl down --plan'],
  about:
    'Stops and purges the jobs, ends every agent, removes what up made. A cluster file that you wrote or edited stays. At UCloud the network can be deleted about ten minutes after the hosts are gone; --wait-network waits for that, and may be given later.',
  run: down,
};

/** What lies on its volumes for other clusters does not go by the way. */
async function keepCarried({ cluster, target }: { readonly cluster: Cluster; readonly target: Target }, ctx: Context): Promise<void> {
  const { state } = await readJournal(cluster.paths.journal, cluster.name);
  // A cluster whose files are damaged cannot be asked, and shall come down all the same.
  const connection = await (async () => target.connection(cluster, state, ctx))().catch(() => undefined);
  const { refuseCarrier } = await import('../bootstrap/nomad/carried-by.js');
  await refuseCarrier({ cluster: cluster.name, paths: cluster.paths, connection }, ctx.signal);
}

async function down(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  if (await isGone(name, ctx))
    return { data: { cluster: name, keepData: false, ms: 0 }, text: `There is no cluster ${name}: nothing to take down` };
  const { cluster } = await loadCluster(ctx, { name, targets, leaveConflicts: true });
  const target = targetOf(cluster.target);
  const how = howOf(input);
  const { keepData } = how;
  const plan = await target.down(cluster, how);
  const options = planOptions(input);
  if (input.flags['plan']) {
    const journal = await openJournal(cluster.paths.journal, name);
    const facts = await downFacts({ cluster, target, how }, ctx);
    return showPlan(await previewPlan(plan, ctx, { subject: { cluster }, ...options, journal }), {
      ...{ input, ctx, title: `Taking down ${name}` },
      facts: { lines: downLines(facts, how), data: facts },
    });
  }
  checkStepNames(plan, options);
  if (!keepData) await keepCarried({ cluster, target }, ctx);
  const destruction = await target.destruction?.(cluster, how, ctx);
  await agreeToDown(name, destruction, ctx);
  const wasUp = destruction !== undefined || (await hasBeenUp(cluster));
  const startedAt = ctx.clock.now();
  const whole = !keepData && Object.values(planOptions(input)).every((value) => value === undefined);
  const after: { fileKept: boolean; leftovers: Leftovers | undefined } = { fileKept: true, leftovers: undefined };
  const afterwards = async (): Promise<void> => {
    const { state } = await readJournal(cluster.paths.journal, name);
    after.leftovers = await target.leftovers?.(cluster, state, ctx.given);
    if (!whole || after.leftovers) return;
    for (const sentence of await clearedPlaces(cluster, ctx)) ctx.ui.warn(sentence);
    after.fileKept = !(await forgetCluster(cluster, target, ctx));
  };
  await inSession(
    ctx,
    {
      cluster: name,
      paths: cluster.paths,
      command: commandOf(name, how),
      beside: besideLock(ctx, cluster, commandOf(name, how)),
      afterwards,
    },
    async ({ ctx, ...session }) => {
      ctx.ui.note(`Taking down ${name}: ${target.describe(cluster.settings)}`);
      const halfway = await target.halfway?.(cluster);
      if (halfway) ctx.ui.note(`${halfway}${keepData ? '; the next up goes on with that' : ''}`);
      if (whole) await forgetNames({ name, state: session.journal.data.state }, ctx);
      await runPlan(plan, ctx, { subject: { cluster }, ...options, ...session });
    },
  );
  if (whole) await rmdir(cluster.paths.dir).catch(() => undefined);
  if (!keepData) await forgetEngines(keptFiles(ctx.paths), name);
  const ms = ctx.clock.now() - startedAt;
  return {
    data: { cluster: name, keepData, ms, ...after.leftovers?.data },
    text: [
      ctx.ui.style.bold(wasUp ? `${name} is down, in ${formatDuration(ms)}` : `${name} was not up: there was nothing to take down`),
      ...(after.leftovers?.lines ?? []),
    ].join('\n'),
    next: nextAfter({ name, keepData, wasUp, ...after }),
  };
}

/** Loaded where states are kept elsewhere, or have been. */
async function clearedPlaces(cluster: Cluster, ctx: Context): Promise<readonly string[]> {
  const owner = stateOwner(cluster);
  if (owner.place.backend === 'local' && (await leftPlaces(owner)).length === 0) return [];
  return (await import('../state/clear-places.js')).clearPlaces(ctx, owner);
}

/** Loaded where somebody has told this computer's resolver of a cluster. */
async function forgetNames(
  cluster: { readonly name: string; readonly state: Readonly<Record<string, unknown>> },
  ctx: Context,
): Promise<void> {
  if (!existsSync(RESOLVER_RECORD)) return;
  const { releaseNames } = await import('./dns/cluster-resolver.js');
  await releaseNames(cluster, ctx);
}

function howOf(input: CommandInput): DownOptions {
  const seconds = numberOf(flagOf(input, 'timeout'), '--timeout');
  return {
    keepData: input.flags['keepData'] === true,
    waitNetwork: input.flags['waitNetwork'] === true,
    ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }),
    prune: input.flags['prune'] === true,
  };
}

/** What the user typed, for "run this again". */
function commandOf(name: string, { keepData, waitNetwork, prune }: DownOptions): string {
  const flags = [...(keepData ? ['--keep-data'] : []), ...(waitNetwork ? ['--wait-network'] : []), ...(prune ? ['--prune'] : [])];
  return ['nomadctl down', name, ...flags].join(' ');
}

interface Ending {
  readonly name: string;
  readonly keepData: boolean;
  readonly wasUp: boolean;
  readonly fileKept: boolean;
  readonly leftovers: Leftovers | undefined;
}

function nextAfter({ name, keepData, wasUp, fileKept, leftovers }: Ending): Hint | undefined {
  if (leftovers) return leftovers.next;
  if (!keepData && !fileKept) return undefined;
  if (!wasUp) return hint`${nomadctl`up ${name}`}   makes it, as its cluster file says`;
  return hint`${nomadctl`up ${name}`}   brings it back${keepData ? ' with its data and jobs' : ', without data and jobs'}`;
}

/** Whether there was anything that an `up` has begun: its run in the journal, or what it made where the journal is lost. */
async function hasBeenUp({ name, paths }: Cluster): Promise<boolean> {
  const { runs } = await readJournal(paths.journal, name);
  if (runs.some(({ plan }) => /^nomadctl up\b/.test(plan))) return true;
  return [paths.agents, paths.agentsToRemove, join(paths.dir, 'terraform')].some((path) => existsSync(path));
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
