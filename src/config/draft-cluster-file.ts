import type { Context } from '../context.js';
import { askOptions } from '../options/ask-options.js';
import type { Interview, Interviewer, InterviewRequest } from '../options/interview.js';
import type { OptionTable, OptionValue, Settings } from '../options/option.js';
import { conflictProblem } from '../options/conflict.js';
import { initCommand, type InitRequest } from '../options/init-command.js';
import { errorOf } from '../options/problem.js';
import { isSaid, resolveOptions, settled, type Resolution } from '../options/resolve.js';
import { chooseTarget, type LoadableTarget } from './choose-target.js';
import { readClusterFile, readClusterText } from './cluster-file.js';
import { setInText } from './set-in-text.js';
import { clusterNameProblem } from './cluster-name.js';
import { chooseCluster } from './current-cluster.js';
import { foreignFlags } from './foreign-flags.js';
import type { ClusterFile } from './parse-cluster-file.js';
import { renderClusterFile } from './render-cluster-file.js';
import { again, hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';

/** A cluster file as it is and as it would be. */
export interface ClusterFileDraft {
  readonly name: string;
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string;
  /** What the target's own questions came to, where it has any. */
  readonly interview?: Interview;
}

/** A target, as far as `init` goes. */
export interface OfferedTarget extends LoadableTarget {
  /** As it is offered: "This computer". */
  readonly title: string;
  interview?: Interviewer;
}

export interface DraftRequest {
  /** The name that the command line gave. */
  readonly name: string | undefined;
  /** By camel-cased name; `target` is one of them. */
  readonly flags: Readonly<Record<string, unknown>>;
  readonly targets: readonly OfferedTarget[];
}

/**
 * Makes a cluster file of flags, the environment, the file that is there, and answers: everything with a question is asked
 * where somebody can be, with what holds now as the default. Writes nothing.
 * @throws UsageError or ConfigError with every problem; AnswerNeededError with every missing flag.
 */
export async function draftClusterFile(request: DraftRequest, ctx: Context): Promise<ClusterFileDraft> {
  const { flags, targets } = request;
  const name = await nameFrom(request, ctx);
  const paths = ctx.paths.cluster(name);
  const { file: path, schema } = paths;
  // As it was before the questions, which take minutes: whoever writes it meanwhile is not overwritten.
  const before = await readClusterText(path);
  const file = before?.trim() === '' ? undefined : await readClusterFile({ path, name, targets });
  const target = await targetFrom(request, { file, path }, ctx);
  const table = target.options;
  const made = await target.made?.(paths);
  const known = resolveOptions(table, { flags, env: ctx.env, ...(file ? { file: file.values } : {}), made });
  // What flags say wrongly is said before anything is asked.
  const foreign = foreignFlags(target, request);
  const elsewhere = file === undefined && flags['target'] === undefined ? foreign[0]?.owner : undefined;
  const problems = [...foreign, ...known.problems];
  const again = { cluster: name, target: file === undefined ? (elsewhere ?? target.id) : undefined, known };
  if (problems.length > 0)
    throw errorOf(problems, elsewhere ? initCommand({ ...again, known: everything(request) }) : nomadctl`init --help`);
  refuseConflicts(target, known.settings, { again, file: file?.path, early: true });
  const interview = await interviewFor(target, { cluster: name, paths, known, isNew: file === undefined }, ctx);
  const answers = { ...plainValues(file), ...interview.answers };
  const resolution = resolveOptions(table, { flags, env: ctx.env, answers, made });
  const settings = settled(resolution, table, nomadctl`init ${name}`);
  refuseConflicts(target, settings, { again, file: file?.path });
  if (file === undefined) {
    const values = worthWriting(resolution, table);
    return { name, path, before, after: renderClusterFile({ name, target: target.id, schema, values }, table), interview };
  }
  return { name, path, before, after: setInText(before ?? '', changedValues(settings, resolution, file)), interview };
}

/** The target's own questions, or else those of its table. */
async function interviewFor(target: OfferedTarget, request: InterviewRequest, ctx: Context): Promise<Interview> {
  if (target.interview) return target.interview(request, ctx);
  const { ask } = ctx.ui;
  return { answers: ask.canAsk ? await askOptions(target.options, ask, request.known) : {}, remarks: [] };
}

async function nameFrom(request: DraftRequest, ctx: Context): Promise<string> {
  const requested = request.name ?? ctx.global.cluster;
  const { name } = await chooseCluster(ctx, requested);
  if (requested !== undefined) return name;
  if (!ctx.ui.ask.canAsk) return name;
  const check = (text: string): string | undefined => clusterNameProblem(text);
  return ctx.ui.ask.text({ message: 'Name of the cluster?', default: name, check });
}

interface OwnFile {
  readonly path: string;
  readonly file: ClusterFile | undefined;
}

async function targetFrom({ flags, targets }: DraftRequest, { file, path }: OwnFile, ctx: Context): Promise<OfferedTarget> {
  const { target, problems } = chooseTarget(ctx, { targets, flags, file });
  if (problems.length > 0) throw errorOf(problems, nomadctl`init --help`);
  const said = file !== undefined || flags['target'] !== undefined || Boolean(ctx.env['NOMADCTL_TARGET']);
  if (!said && targets.length > 1 && ctx.ui.ask.canAsk) {
    const choices = targets.map(({ id, title }) => ({ value: id, label: title }));
    const id = await ctx.ui.ask.choice({ message: 'Where should the cluster live?', choices, default: target.id });
    return targets.find((candidate) => candidate.id === id) ?? target;
  }
  if (ctx.ui.ask.canAsk) ctx.ui.note(`Where the cluster lives: ${target.title}`);
  else if (!said) noteOtherTarget(target, { targets, path }, ctx);
  return target;
}

interface OtherTargets {
  readonly targets: readonly OfferedTarget[];
  /** Of the file that will be there, and keeps the cluster in its place. */
  readonly path: string;
}

/** Who has set variables of another place may have meant that one. */
function noteOtherTarget(target: OfferedTarget, { targets, path }: OtherTargets, ctx: Context): void {
  const meant = targets.find(({ id }) => id !== target.id && Object.keys(ctx.env).some((name) => isVariableOf(name, id) && ctx.env[name]));
  if (meant === undefined) return;
  const set = Object.keys(ctx.env).filter((name) => isVariableOf(name, meant.id) && ctx.env[name]);
  const are = set.length === 1 ? 'is' : 'are';
  const make = renderHint(hint`${shell`rm ${path}`} && ${again({ target: meant.id })}`, ctx.given);
  ctx.ui.note(`The cluster lives here, on target ${target.id}, although ${set.sort().join(', ')} ${are} set; to make it there: ${make}`);
}

/** `UCLOUD_PUBLIC_KEY`, for target `ucloud`. */
function isVariableOf(name: string, target: string): boolean {
  return name.startsWith(`${target.toUpperCase()}_`);
}

interface ConflictCheck {
  readonly again: InitRequest;
  /** The cluster's own file, where there is one. */
  readonly file?: string | undefined;
  /** Before anything has been asked: what somebody may still agree to is left out. */
  readonly early?: boolean;
}

/** @throws UsageError for settings that are each fine alone. */
export function refuseConflicts(
  target: LoadableTarget,
  settings: Partial<Settings<OptionTable>>,
  { again, file, early = false }: ConflictCheck,
): void {
  const conflicts = target.check?.(settings, { name: again.cluster, ...(file === undefined ? {} : { file }) }) ?? [];
  const problems = conflicts.filter(({ asks }) => !early || asks !== true);
  if (problems.length > 0)
    throw errorOf(
      problems.map((conflict) => conflictProblem(conflict, (changes) => initCommand(again, changes))),
      nomadctl`init --help`,
    );
}

/** Flags of all targets, for the command that would have been right. */
function everything({ flags, targets }: DraftRequest): InitRequest['known'] {
  return resolveOptions(Object.assign({}, ...targets.map(({ options }) => options)) as OptionTable, { flags });
}

/**
 * A new file holds the settings with a question, and those that somebody set; the other keys follow the defaults of each
 * release.
 */
function worthWriting({ settings, sources }: Resolution<OptionTable>, table: OptionTable): Record<string, OptionValue> {
  const keys = Object.keys(table).filter((key) => table[key]?.question !== undefined || isSaid(sources[key]));
  return Object.fromEntries(keys.map((key) => [key, settings[key] as OptionValue]));
}

/** What flags, the environment and answers say otherwise than the file. */
export function changedValues(
  settings: Settings<OptionTable>,
  { sources }: Resolution<OptionTable>,
  { values }: ClusterFile,
): Record<string, OptionValue> {
  const isNew = ([key, value]: [string, unknown]): boolean =>
    isSaid(sources[key]) && JSON.stringify(values[key]?.value) !== JSON.stringify(value);
  return Object.fromEntries(Object.entries(settings).filter(isNew)) as Record<string, OptionValue>;
}

function plainValues(file: ClusterFile | undefined): Record<string, unknown> {
  return Object.fromEntries(Object.entries(file?.values ?? {}).map(([key, { value }]) => [key, value]));
}
