import { chooseCluster } from '../config/current-cluster.js';
import { loadCluster } from '../config/load-cluster.js';
import type { Context } from '../context.js';
import { readJournal } from '../engine/journal.js';
import { runPlan } from '../engine/run-plan.js';
import { AnswerNeededError, NomadctlError, UsageError } from '@nomadctl/base/errors';
import { didYouMean } from '@nomadctl/base/suggest';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { fixPlan, programPrerequisites } from '../plans/doctor.js';
import type { Prerequisite } from '../programs/doctor/prerequisite.js';
import { versionsIn } from '../plans/list-tools.js';
import { accessFindings } from '../targets/access-findings.js';
import { stateFindingsOf } from '../targets/state-findings-of.js';
import { faultFindings } from '../targets/fault-findings.js';
import { tryConnection } from '../targets/try-connection.js';
import { trackedFindings } from '../targets/tracked-files.js';
import { targetOf, targets } from '../targets/index.js';
import type { Cluster } from '../targets/target.js';
import type { Finding } from '../programs/doctor/finding.js';
import type { Style } from '../ui/ui.js';
import { namesFault, type NamesFault } from './dns/cluster-resolver.js';
import { endingOthers, otherCertificateFindings } from './status/other-certificates.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from './command.js';

export const command: Command = {
  arguments: [{ name: 'name', summary: 'the cluster; default: the current one', completes: 'cluster' }],
  flags: [
    { flag: '--fix', summary: 'install what is missing; asks before it touches the system' },
    { flag: '--only <ids>', summary: 'look at these alone, such as consul,nomad,redis-server; ids are those of --json' },
    { flag: '--plan', summary: 'with --fix: print what it would do, and change nothing' },
  ],
  examples: ['nomadctl doctor', 'nomadctl doctor --fix', 'nomadctl doctor --fix --yes'],
  about: 'Exits with 0 when everything required is there, with 3 otherwise. What is optional says what it is needed for.',
  run: doctor,
};

async function doctor(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const look = async (): Promise<Prerequisite[]> => only(flagOf(input, 'only'), await examine(ctx, wordOf(input, 'name')));
  const before = await look();
  const fixable = before.filter(({ ok, fix }) => !ok && fix?.run !== undefined);
  if (input.flags['fix'] !== true || fixable.length === 0) return resultOf(before, ctx);
  if (input.flags['plan']) return planned(fixable, ctx);
  const agreed = await agree(fixable, ctx);
  if (agreed.length > 0) await runPlan(fixPlan(ctx, agreed), ctx, { subject: {} });
  return resultOf(await look(), ctx);
}

/** @throws UsageError for a name that no finding has */
function only(ids: string | undefined, findings: readonly Prerequisite[]): Prerequisite[] {
  if (ids === undefined) return [...findings];
  const wanted = ids.split(',').map((id) => id.trim());
  const known = findings.map(({ id }) => id);
  const unknown = wanted.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new UsageError(`doctor knows no "${unknown}"${didYouMean(unknown, known)}`, {
      code: 'flag-invalid',
      why: `it looks at ${known.join(', ')}`,
      next: nomadctl`doctor --json`,
    });
  }
  return findings.filter(({ id }) => wanted.includes(id));
}

/** Programs, then what each target says about this computer and about the cluster, if there is one. */
async function examine(ctx: Context, name: string | undefined): Promise<Prerequisite[]> {
  const { cluster, problem } = await openCluster(ctx, name);
  const programs = await programPrerequisites(ctx, cluster ? versionsIn(cluster.settings) : {});
  const places = await Promise.all(
    targets.map(async (target) => {
      const findings = await target.doctor(ctx, cluster?.target === target.id ? cluster : undefined);
      return findings.map((finding) => ({ ...finding, neededFor: `clusters on ${target.title.replace(/^This/, 'this')}` }));
    }),
  );
  const faulty = cluster ? (await findingsOf(cluster, ctx)).map((finding) => ({ ...finding, neededFor: `cluster ${cluster.name}` })) : [];
  return [...programs, ...places.flat(), ...faulty, ...(problem ? [problem] : [])];
}

async function findingsOf(cluster: Cluster, ctx: Context): Promise<Finding[]> {
  const target = targetOf(cluster.target);
  const tried = await tryConnection(ctx, target, cluster);
  const { state } = await readJournal(cluster.paths.journal, cluster.name).catch(() => ({ state: {} }));
  const unnamed = await namesFault({ name: cluster.name, state }, ctx);
  return [
    ...(unnamed ? [namesFinding(unnamed)] : []),
    ...otherCertificateFindings(await endingOthers({ name: cluster.name, state }, ctx), ctx.clock.now()),
    ...(await accessFindings(tried, cluster.name, ctx.signal)),
    ...(await faultFindings(tried, { target, cluster, signal: ctx.signal })),
    ...(await trackedFindings(cluster.paths, cluster.name, ctx)),
    ...(await stateFindingsOf(cluster, ctx, { ask: false })).filter(({ ok }) => !ok),
  ];
}

function namesFinding({ sentence, fix }: NamesFault): Finding {
  return {
    ...{ id: 'names', title: 'Names below .consul', found: sentence, wanted: 'they resolve, as dns --enable has it' },
    ...{ ok: false, optional: true, faulty: true, fix: { command: fix } },
  };
}

/** A cluster file with mistakes is one more finding, not the end of the examination. */
async function openCluster(ctx: Context, argument: string | undefined): Promise<{ cluster?: Cluster; problem?: Prerequisite }> {
  const { name, exists } = await chooseCluster(ctx, argument);
  if (!exists) return {};
  try {
    const { cluster } = await loadCluster(ctx, { name, targets });
    return { cluster };
  } catch (error) {
    if (!(error instanceof NomadctlError)) throw error;
    const found = [error.message, ...error.why].join('; ');
    const fix = error.next === undefined ? {} : { fix: { command: error.next } };
    return {
      problem: {
        id: 'cluster-file',
        title: `Cluster ${name}`,
        neededFor: `cluster ${name}`,
        found,
        wanted: 'a file without mistakes',
        ok: false,
        ...fix,
      },
    };
  }
}

/** Asks about everything that changes the system, before anything is changed. */
async function agree(fixable: readonly Prerequisite[], ctx: Context): Promise<Prerequisite[]> {
  const questions = [...new Set(fixable.flatMap(({ fix }) => fix?.asks ?? []))];
  if (questions.length > 0 && !ctx.global.yes && !ctx.ui.ask.canAsk) {
    throw new AnswerNeededError('installing system packages needs your consent, and nobody can be asked here', {
      code: 'answer-needed',
      why: questions,
      next: again({ yes: true }),
    });
  }
  const declined = new Set<string>();
  for (const message of questions) {
    if (!ctx.global.yes && !(await ctx.ui.ask.confirm({ message, default: true }))) declined.add(message);
  }
  return fixable.filter(({ fix }) => fix?.asks === undefined || !declined.has(fix.asks));
}

function planned(fixable: readonly Prerequisite[], { ui: { style }, given }: Context): CommandResult {
  const hows = new Map(fixable.flatMap(({ fix }) => (fix ? [[renderHint(fix.command, given), fix.how] as const] : [])));
  const commands = [...hows.keys()];
  const lines = commands.map((line) => `  ${style.good('run  ')}  ${line}${hows.get(line) ? `  (${hows.get(line)})` : ''}`);
  return { data: { wouldRun: commands }, text: ['doctor --fix', '', ...lines, '', 'Nothing was changed.'].join('\n') };
}

const MISSING = 3;

function resultOf(findings: readonly Prerequisite[], { ui, given }: Context): CommandResult {
  const { style } = ui;
  const missing = findings.filter(({ ok, optional }) => !ok && !optional);
  const columns = [
    { title: '' },
    { title: 'what' },
    { title: 'found' },
    { title: 'wanted', wraps: true },
    { title: 'needed for', wraps: true },
  ];
  const rows = findings.map((finding) => [mark(finding, style), finding.title, finding.found, finding.wanted, finding.neededFor]);
  const fixes = findings
    .filter(({ ok, fix }) => !ok && fix)
    .map(
      ({ title, fix, optional }) =>
        `${optional ? style.dim('optional') : style.bad('required')}  ${title}: ${fix ? renderHint(fix.command, given) : ''}`,
    );
  const fixable = findings.some(({ ok, fix }) => !ok && fix?.run);
  const remarks = findings.flatMap((finding) => finding.remarks ?? []).map((remark) => `${style.warn('note')}  ${remark}`);
  const verdict = missing.length === 0 ? 'Everything required is there.' : `Missing: ${missing.map(({ title }) => title).join(', ')}`;
  const parts = [
    formatTable(columns, rows, tableLook(ui)),
    ...(remarks.length > 0 ? [remarks.join('\n')] : []),
    ...(fixes.length > 0 ? [`To get the rest:\n${fixes.join('\n')}`] : []),
    style.bold(verdict),
  ];
  const data = { ok: missing.length === 0, findings: findings.map((finding) => withoutRun(finding, given)) };
  return {
    data,
    text: parts.join('\n\n'),
    next: fixable ? nomadctl`doctor --fix` : undefined,
    exitCode: missing.length === 0 ? 0 : MISSING,
  };
}

function mark({ ok, optional, faulty }: Finding, style: Style): string {
  if (ok) return style.good('ok');
  if (faulty) return style.warn('faulty');
  return optional ? style.dim('absent') : style.bad('MISSING');
}

function withoutRun({ fix, ...finding }: Prerequisite, given: Context['given']): object {
  if (!fix) return finding;
  const how = fix.how ? { how: fix.how } : {};
  return { ...finding, fix: { command: renderHint(fix.command, given), ...how, automatic: fix.run !== undefined } };
}
