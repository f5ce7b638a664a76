import { existsSync } from 'node:fs';
import { chooseCluster } from '../config/current-cluster.js';
import { loadCluster } from '../config/load-cluster.js';
import { recordSettings } from '../config/record-settings.js';
import type { Context } from '../context.js';
import { keptFiles, OPERATOR } from '../docker/tls/kept-files.js';
import { RESOLVER_RECORD } from './dns/resolver-change.js';
import { openJournal, readJournal } from '../engine/journal.js';
import { runPlan } from '../engine/run-plan.js';
import { previewPlan } from '../engine/preview-plan.js';
import { checkStepNames } from '../engine/plan-run.js';
import { inSession } from '../engine/session.js';
import { isAbort, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { ROTATED } from '../security/rotation/rotation.js';
import { formatDuration } from '@nomadctl/base/duration';
import { besideLock } from '../state/lock/beside-lock.js';
import { targetFlags, targetOf, targets } from '../targets/index.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { Cluster, Target, UpOptions } from '../targets/target.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import { planFlags, planOptions, showPlan } from './plan-flags.js';
import type { UpgradeFacts } from './up/agree-to-upgrade.js';
import { allSettingsFlag, settingsOwner } from './settings-help.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [
    ...planFlags,
    { flag: '--replace', summary: 'make hosts anew that are made from older images or other sizes, one at a time' },
    { flag: '--replace-host <host>', summary: 'make this host anew, whatever it is made from', repeatable: true },
    { flag: '--leave-jobs', summary: 'a cluster that becomes secure is closed also to jobs that were not deployed again' },
    ...targetFlags(),
    allSettingsFlag,
  ],
  examples: ['nomadctl up', 'nomadctl up --servers 3 --clients 3', 'nomadctl up staging --plan'],
  about: 'Without a cluster file, brings up a cluster named dev on this computer. Settings given as flags are kept in the cluster file.',
  helpOwner: settingsOwner,
  run: up,
};

async function up(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const { name } = await chooseCluster(ctx, wordOf(input, 'name'));
  const loaded = await loadCluster(ctx, { name, targets, flags: input.flags });
  const { cluster } = loaded;
  const target = targetOf(cluster.target);
  const how = upOptions(input, target);
  const plan = await target.up(cluster, how);
  const title = `Cluster ${name} on ${target.title.replace(/^This/, 'this')}: ${target.describe(cluster.settings)}`;
  // What is to go on later: settings are in the cluster file by then, and a host that was taken away comes back with any up.
  const options = { command: `nomadctl up ${name}${how.replace ? ' --replace' : ''}`, ...planOptions(input) };
  const upgrade = await dueUpgrade(target, cluster, ctx);
  if (input.flags['plan']) {
    const journal = await openJournal(cluster.paths.journal, name);
    const facts = upgrade && { lines: [`${upgrade.summary}:`, ...upgrade.lines.map((line) => `  ${line}`)], data: { upgrade } };
    const planned = await previewPlan(plan, ctx, { subject: { cluster }, ...options, journal });
    return showPlan(planned, { input, ctx, title, ...(facts ? { facts } : {}) });
  }
  checkStepNames(plan, options);
  if (upgrade) await (await upgrades()).agreeToUpgrade(upgrade, ctx);
  const agreement = await target.agreement?.(cluster);
  const wasAsked = agreement !== undefined && (await (await import('./up/agree-to-up.js')).agreeToUp(agreement, ctx));
  const startedAt = ctx.clock.now();
  return inSession(
    ctx,
    { cluster: name, paths: cluster.paths, command: options.command, beside: besideLock(ctx, cluster, options.command) },
    // Whatever touches the cluster ends when the run loses its lock.
    async ({ ctx, ...session }) => {
      ctx.ui.note(title);
      const halfway = await target.halfway?.(cluster);
      if (halfway) ctx.ui.note(`Going on: ${halfway}`);
      if (!wasAsked) for (const caution of (await target.cautions?.(cluster.settings)) ?? []) ctx.ui.warn(caution);
      const remedy = await target.securedBy?.(cluster);
      if (remedy) ctx.ui.note(`${renderHint(remedy, ctx.given)}   secures it`);
      const unfinished = target.unfinishedRotation?.(session.journal.data.state);
      if (unfinished !== undefined) {
        const goOn = renderHint(nomadctl`rotate ${unfinished}`, ctx.given);
        ctx.ui.warn(`The rotation of the ${ROTATED[unfinished]} was interrupted: old and new are in use until it has ended, by ${goOn}`);
      }
      const kept = await recordSettings(loaded, targets);
      if (kept === 'updated') ctx.ui.note(`Kept in ${cluster.paths.file}`);
      const { state, ran } = await runPlan(plan, ctx, { subject: { cluster }, ...options, ...session });
      const connection = await target.connection(cluster, state, ctx);
      await renewOperator(ctx);
      if (existsSync(RESOLVER_RECORD))
        await (await import('./dns/cluster-resolver.js')).bringBackNames({ name, state: state as Record<string, unknown> }, ctx);
      for (const reminder of await reminders(cluster, connection, ctx)) ctx.ui.warn(reminder);
      const partial = Object.values(planOptions(input)).some((value) => value !== undefined);
      return summary({ name, connection, ran, partial, ms: ctx.clock.now() - startedAt }, ctx);
    },
  );
}

/** Loaded where a cluster becomes another one, which happens once: it knows all of jobs. */
const upgrades = () => import('./up/agree-to-upgrade.js');

/** What somebody has to agree to, as the cluster is now. */
async function dueUpgrade(target: Target, cluster: Cluster, ctx: Context): Promise<UpgradeFacts | undefined> {
  if (!target.upgrade) return undefined;
  const { state } = await readJournal(cluster.paths.journal, cluster.name);
  const upgrade = await target.upgrade(cluster, state);
  return upgrade && (await upgrades()).upgradeFacts(upgrade, await target.connection(cluster, state, ctx), ctx);
}

/**
 * Loaded when there is something to ask: a plan that is only shown needs no table of faults. A Ctrl-C after the last step has
 * nothing left to interrupt but this.
 */
async function reminders({ paths }: Cluster, connection: ClusterConnection | undefined, ctx: Context): Promise<string[]> {
  const [{ faultReminders }, { trackedReminders }] = await Promise.all([
    import('../targets/fault-findings.js'),
    import('../targets/tracked-files.js'),
  ]);
  const found = Promise.all([connection ? faultReminders(connection, ctx) : [], trackedReminders(paths, ctx)]);
  return found.then(
    (lists) => lists.flat(),
    (error: unknown) => {
      if (isAbort(error)) return [];
      throw error;
    },
  );
}

/** By what nomadctl is known to docker engines, where it is due. Of engines themselves nothing is touched: they would have to be started anew. */
async function renewOperator(ctx: Context): Promise<void> {
  const files = keptFiles(ctx.paths);
  if (!existsSync(files.client(OPERATOR).certificate)) return;
  const { renewDueOperator } = await import('../docker/tls/renew-operator.js');
  if (await renewDueOperator({ files, redact: ctx.redact, now: ctx.clock.now() }))
    ctx.ui.note(`Client ${OPERATOR} of docker engines has another certificate: ${files.client(OPERATOR).folder}`);
}

/** @throws UsageError where the target cannot replace hosts. */
function upOptions(input: CommandInput, target: Target): UpOptions {
  const { replace = false, replaceHost = [], leaveJobs } = input.flags;
  const options = {
    replace: replace === true,
    replaceHosts: typeof replaceHost === 'object' ? replaceHost : [String(replaceHost)],
    leaveJobs: leaveJobs === true,
  };
  if (target.replacesHosts || (!options.replace && options.replaceHosts.length === 0)) return options;
  throw new UsageError(`${target.title} has no hosts to replace`, {
    code: 'nothing-to-replace',
    why: 'its agents are started anew whenever something about them changes',
    next: again({ replace: undefined, replaceHost: undefined }),
  });
}

interface Outcome {
  readonly name: string;
  readonly connection: ClusterConnection | undefined;
  readonly ran: number;
  /** Only some of the steps were asked for. */
  readonly partial: boolean;
  readonly ms: number;
}

function summary({ name, connection, ran, partial, ms }: Outcome, { ui: { style } }: Context): CommandResult {
  const nomad = connection?.nomad.url;
  const consul = connection?.consul.url;
  const done = partial ? `Done what was asked for, in ${formatDuration(ms)}` : `Ready in ${formatDuration(ms)}`;
  const headline = ran > 0 ? done : partial ? 'Nothing to do' : 'Nothing to do: everything is as the cluster file says';
  return {
    data: { cluster: name, nomad, consul, stepsRun: ran, ms },
    text: [style.bold(headline), `  Nomad   ${nomad ?? '-'}`, `  Consul  ${consul ?? '-'}`, ''].join('\n'),
    next: partial ? nomadctl`up ${name}` : nomadctl`job deploy redis`,
  };
}
