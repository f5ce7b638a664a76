import { existsSync } from 'node:fs';
import type { Context } from '../context.js';
import type { RunRecord } from '../engine/journal.js';
import { lockOwner } from '../engine/lock.js';
import { openCluster } from '../targets/open-cluster.js';
import type { ClusterReport } from '../targets/cluster-report.js';
import { unreachedSentence } from '../targets/unreached-words.js';
import { shownExposures } from '../exposure/shown-exposures.js';
import { exposedData, exposedIn, exposedLine } from './job/expose/exposed-here.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from './command.js';
import type { FailingOfJob, FailingServices } from '../jobs/report/failing-services.js';
import { RESOLVER_RECORD } from './dns/resolver-change.js';
import { endingOthers } from './status/other-certificates.js';
import { checkName } from '../jobs/rollout/check-words.js';
import { reportSections } from './status/report-sections.js';
import { endsIn, THE_AUTHORITY } from '../targets/ends-in.js';
import { fewJobs } from '../jobs/report/few-jobs.js';
import { withinTime } from '@nomadctl/base/signals/any-signal';
import { jobName, type ClusterConnection } from '../cluster/connection.js';
import type { NomadctlError } from '@nomadctl/base/errors';
import { again, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one, else dev', completes: 'cluster' }],
  flags: [
    { flag: '-w, --watch', summary: 'show it anew every two seconds until Ctrl-C' },
    { flag: '--all', summary: 'every job; otherwise, of many, those that are not well' },
  ],
  examples: ['nomadctl status', 'nomadctl status --all', 'nomadctl status --json', 'nomadctl status --watch'],
  run: status,
};

const WATCH_MS = 2000;
/** What has not answered by then is not shown. */
const CHECKS_MS = 2000;
const UNKNOWN = 1;

async function status(input: CommandInput, ctx: Context): Promise<CommandResult | undefined> {
  const all = input.flags['all'] === true;
  const look = async (): Promise<CommandResult> => observe(await openCluster(ctx, wordOf(input, 'name')), { all, ctx });
  if (input.flags['watch'] !== true) return look();
  for (;;) {
    const { text, data } = await look();
    const clear = ctx.ui.mode === 'terminal' ? '\u001b[2J\u001b[H' : '';
    ctx.ui.write(ctx.global.json ? `${JSON.stringify(data)}\n` : `${clear}${text}\n`);
    const interrupted = await ctx.clock.sleep(WATCH_MS, ctx.signal).then(
      () => false,
      () => true,
    );
    if (interrupted) return undefined;
  }
}

async function observe(
  { name, target, cluster, state, journal }: Awaited<ReturnType<typeof openCluster>>,
  { all, ctx }: { readonly all: boolean; readonly ctx: Context },
): Promise<CommandResult> {
  const connection = await target.connection(cluster, state, ctx);
  const [report, failing, owner, others, unnamed] = await Promise.all([
    target.report(cluster, state, ctx),
    connection ? failingIn(connection, ctx) : { checks: [], unasked: 0 },
    lockOwner(cluster.paths.lock),
    endingOthers({ name, state }, ctx),
    existsSync(RESOLVER_RECORD)
      ? import('./dns/cluster-resolver.js').then(({ namesFault }) => namesFault({ name, state }, ctx))
      : undefined,
  ]);
  const isAnswered = report.jobs !== undefined && report.consulMembers !== undefined;
  const refused = connection && !isAnswered ? await refusalIn(connection, ctx) : undefined;
  const last = journal.runs.at(-1);
  // A step that an earlier `down` left unfinished is of no interest once an `up` has gone through.
  const unfinished = Object.entries(journal.steps).filter(
    ([, step]) => step.status !== 'succeeded' && step.startedAt >= (last?.startedAt ?? 0),
  );
  const { style } = ctx.ui;
  const halfway = await target.halfway?.(cluster);
  const isKept = keepsData(report, last);
  const standing = isKept ? 'down, its data and jobs are kept' : report.nodes.length === 0 ? 'down' : target.describe(cluster.settings);
  const title = `${style.bold(name)} on ${target.title.replace(/^This/, 'this')}: ${standing}`;
  const exposed = exposedIn(state);
  const exposures = shownExposures(exposed);
  const remarks = [
    ...exposures.map((one) => exposedLine(one, `port ${one.exposure.port} of ${one.exposure.job}`, ctx)),
    ...(report.pending ?? []).map((text) => `${style.warn('pending')}  ${text}`),
    ...(refused ? [`${style.bad('refused')}  ${[refused.message, ...refused.why].join(': ')}`] : []),
    ...(owner ? [`${style.accent('busy')}   ${owner.command} (process ${owner.pid})`] : []),
    ...unfinished.map(([id, step]) => `${style.warn(step.status)}  step ${id}${step.error ? `: ${step.error.message}` : ''}`),
    ...(report.unreached ?? []).map((member) => `${style.bad('unreached')}  ${unreachedSentence(member)}`),
    ...failing.checks.map((check) => `${style.bad('failing')}  ${sentenceOf(check)}`),
    ...(failing.unasked > 0
      ? [
          `${style.warn('unasked')}  ${failing.unasked} of Nomad's services were not asked for their checks; those of one job: ${renderHint(nomadctl`job status <job>`, ctx.given)}`,
        ]
      : []),
    ...(halfway === undefined ? [] : [`${style.warn('half-way')}  ${halfway}`]),
    ...(unnamed ? [`${style.warn('names')}  ${unnamed.sentence}: ${renderHint(unnamed.fix, ctx.given)}`] : []),
    ...others.map(
      ({ of, until, renew }) =>
        `${style.warn('ending')}  the certificate of ${of} ${endsIn(until - ctx.clock.now())}; another one: ${renderHint(renew, ctx.given)}`,
    ),
    // Nothing runs that somebody could reach, or that differs.
    ...(isKept ? [] : securityRemarks(report, { remedy: await target.securedBy?.(cluster), ctx })),
    ...(isKept ? [] : report.drift).map((difference) => `${style.warn('drift')}  ${difference}`),
  ];
  const jobs = fewJobs(report.jobs ?? [], { all, showAll: renderHint(again({ all: true }), ctx.given) });
  const said = { summary: jobs.summary, silence: refused ? 'does not let us in' : 'does not answer' };
  const shown = isKept ? [] : reportSections(report.jobs ? { ...report, jobs: jobs.shown } : report, said, ctx.ui);
  const parts = [title, ...shown, ...(remarks.length > 0 ? [remarks.join('\n')] : [])];
  const next =
    refused?.next ?? nextAfter({ name, report, last, isUnfinished: unfinished.length > 0 || halfway !== undefined }) ?? others[0]?.renew;
  return {
    data: {
      cluster: name,
      target: target.id,
      ...report,
      ...(refused ? { refused: { code: refused.code, message: refused.message, why: refused.why } } : {}),
      ...(halfway === undefined ? {} : { halfway }),
      failingChecks: failing.checks,
      ...(others.length === 0
        ? {}
        : { endingCertificates: others.map(({ of, until, renew }) => ({ of, until, renewedBy: renderHint(renew, ctx.given) })) }),
      ...(exposures.length === 0 ? {} : { exposed: exposedData(exposures, exposed) }),
      unfinished: unfinished.map(([id, step]) => ({ id, ...step })),
      lastRun: last,
      busy: owner,
    },
    text: `${parts.join('\n\n')}${next ? '\n' : ''}`,
    next,
    // Nomad was to tell what runs, and did not: nobody may take that for a cluster without jobs. While a run is at work it may come yet.
    ...(report.nodes.length > 0 && (report.jobs === undefined || refused) && !owner && !isKept ? { exitCode: UNKNOWN } : {}),
  };
}

async function failingIn(connection: ClusterConnection, { signal }: Context): Promise<FailingServices> {
  const { failingOfCluster } = await import('../jobs/report/failing-services.js');
  return failingOfCluster(connection, withinTime(signal, CHECKS_MS));
}

/** Why servers that answer say nothing, as far as that can be told at once. */
async function refusalIn(connection: ClusterConnection, { signal }: Context): Promise<NomadctlError | undefined> {
  const { refusedAccess } = await import('../targets/refused-access.js');
  return refusedAccess(connection, withinTime(signal, CHECKS_MS)).catch(() => {
    signal.throwIfAborted();
    return undefined;
  });
}

/** Whether it was stopped to be brought back as it is, and nobody has started anything since. */
function keepsData({ nodes }: ClusterReport, last: RunRecord | undefined): boolean {
  const stopped = nodes.length > 0 && nodes.every(({ agents }) => agents.every(({ state }) => state === 'stopped'));
  return stopped && last?.outcome === 'succeeded' && /^nomadctl down .*--keep-data\b/.test(last.plan);
}

function sentenceOf({ job, namespace, service, name, asks, said }: FailingOfJob): string {
  return `${jobName({ ID: job, Namespace: namespace })}: ${checkName(name)} of service ${service} (${asks}): ${said || 'no answer is known'}`;
}

function securityRemarks({ security, nodes }: ClusterReport, { remedy, ctx }: { remedy: Hint | undefined; ctx: Context }): string[] {
  if (!security || nodes.length === 0) return [];
  const { style } = ctx.ui;
  const way = remedy ? `; it is secured by: ${renderHint(remedy, ctx.given)}` : '';
  const open = `${style.warn('insecure')}  profile ${security.profile}: whoever reaches an agent can do anything with the cluster${way}`;
  const ending = security.ending.map(
    ({ of, until }) => `${style.warn('ending')}  the certificate of ${of} ${endsIn(until - ctx.clock.now())}`,
  );
  return [...(security.profile === 'secure' ? [] : [open]), ...ending];
}

interface Standing {
  readonly name: string;
  readonly report: ClusterReport;
  readonly last: RunRecord | undefined;
  readonly isUnfinished: boolean;
}

/** What was begun goes on: a `down` that was killed is no reason for an `up`, nor are images that could not be built. */
function nextAfter({ name, report, last, isUnfinished }: Standing): Hint | undefined {
  const [, ...words] = last?.plan.split(' ') ?? [];
  if (last && last.outcome !== 'succeeded' && ['up', 'down', 'build-images'].includes(words[0] ?? '')) return nomadctl`${words}`;
  // One that has failed may lack an agent, which `up` starts.
  if (last && ['running', 'interrupted'].includes(last.outcome) && words[0] === 'rotate') return nomadctl`${words}`;
  const ending = report.security?.ending ?? [];
  const isHealthy = report.nodes.length > 0 && report.drift.length === 0 && !isUnfinished;
  if (isHealthy && ending.length > 0 && ending.every(({ of }) => of === THE_AUTHORITY)) return nomadctl`rotate ca`;
  return report.nodes.length === 0 || report.drift.length > 0 || isUnfinished || ending.length > 0 ? nomadctl`up ${name}` : undefined;
}
