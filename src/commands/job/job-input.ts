import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { shellWord } from '@nomadctl/base/shell-word';
import { inNamespace } from '../../jobs/parse/in-namespace.js';
import { openCluster } from '../../targets/open-cluster.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { flagOf, wordOf, type CommandInput, type FlagSpec } from '../command.js';

/** Drivers that jobs of the catalogue and scaffolds can use. */
export const DRIVERS = ['raw_exec', 'exec', 'docker'] as const;

/** Flags of every command that renders a job. */
export const variableFlags: readonly FlagSpec[] = [
  { flag: '--var <name=value>', summary: 'a variable of the job; may be repeated', repeatable: true },
  { flag: '--var-file <file>', summary: 'variables from a file, as Nomad reads it: HCL or JSON; for templates JSON', repeatable: true },
  { flag: '--driver <driver>', summary: 'the same as --var driver=<driver>', choices: DRIVERS },
];

/** A flag of every command that asks a cluster. */
export const namespaceFlag: FlagSpec = {
  flag: '--namespace <name>',
  summary: 'the namespace that is meant; default: NOMAD_NAMESPACE, else the one that has the job',
};

/** Flags of commands that plan a deploy. */
export const withFlag: FlagSpec = {
  flag: '--with <job>',
  summary: 'a job that is deployed before, with its defaults, such as fabio for one with routes; may be repeated',
  repeatable: true,
};

export const planFlag: FlagSpec = { flag: '--plan', summary: 'print what would be done, and change nothing' };

/** Flags of every command that follows a rollout. */
export const followFlags: readonly FlagSpec[] = [
  { flag: '--patient', summary: 'a failed allocation does not end the wait: Nomad may replace it' },
  { flag: '--timeout <seconds>', summary: 'give up waiting after that long (default: 1800)' },
];

export function variablesOf(input: CommandInput): { words: string[]; files: string[] } {
  const driver = flagOf(input, 'driver');
  return { words: [...listOf(input, 'var'), ...(driver === undefined ? [] : [`driver=${driver}`])], files: listOf(input, 'varFile') };
}

export function listOf(input: CommandInput, name: string): string[] {
  const value = input.flags[name];
  return typeof value === 'string' ? [value] : Array.isArray(value) ? [...(value as readonly string[])] : [];
}

/** What was given, for the history. Values of variables are left out: they may be passwords. */
export function deployLine(job: string, input: CommandInput): string {
  const { words, files } = variablesOf(input);
  const namespace = flagOf(input, 'namespace');
  return [
    'nomadctl job deploy',
    shellWord(job),
    ...words.map((word) => `--var ${shellWord(`${word.split('=', 1)[0] ?? ''}=...`)}`),
    ...files.map((file) => `--var-file ${shellWord(file)}`),
    ...(namespace === undefined ? [] : [`--namespace ${shellWord(namespace)}`]),
  ].join(' ');
}

/** A whole number from a flag or an argument. @throws UsageError `number-invalid` */
export function numberOf(text: string | undefined, what: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new UsageError(`${what} must be a whole number (got "${text}")`, { code: 'number-invalid' });
}

export function followOptions(input: CommandInput): { patient: boolean; timeoutMs?: number } {
  const seconds = numberOf(flagOf(input, 'timeout'), '--timeout');
  return { patient: input.flags['patient'] === true, ...(seconds === undefined ? {} : { timeoutMs: seconds * 1000 }) };
}

export function jobOf(input: CommandInput): string {
  return wordOf(input, 'job') ?? '';
}

/** Where `--all` may stand in its place. @throws UsageError `job-unnamed` */
export function requireJob(input: CommandInput, next: Hint): void {
  if (input.args['job'] !== undefined) return;
  throw new UsageError('no job was named', { code: 'job-unnamed', why: 'it takes a job, or --all', next });
}

/** What stands beside `--all` and is about one job: the first of these flags, else the job itself. */
export function besideAll(input: CommandInput, flags: readonly string[]): string | undefined {
  const flag = flags.find((name) => input.flags[name] !== undefined && input.flags[name] !== false);
  if (flag !== undefined) return `--${flag.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return input.args['job'] === undefined ? undefined : `job ${String(input.args['job'])}`;
}

/** The cluster, with the namespace that was given. @throws PrerequisiteError `cluster-not-up` */
export async function connect(input: CommandInput, ctx: Context): Promise<ClusterConnection> {
  return inNamespace(await (await openCluster(ctx)).connection(), flagOf(input, 'namespace'));
}

/**
 * The cluster, with the namespace that the job is in.
 * @throws PrerequisiteError `cluster-not-up`; OutcomeError `cluster-silent`; UsageError `namespace-ambiguous`
 */
export async function connectToJob(id: string, input: CommandInput, ctx: Context): Promise<ClusterConnection> {
  const connection = await (await openCluster(ctx)).connection();
  const { locateJob } = await import('../../jobs/report/locate-job.js');
  const located = await orSilence(locateJob(connection, { id, asked: flagOf(input, 'namespace'), signal: ctx.signal }), ctx);
  ctx.given.namespace = located.nomad.namespace;
  return located;
}

/** An answer of the cluster that is meant, or which of its agents are down. @throws OutcomeError `cluster-silent` */
export async function orSilence<T>(answer: Promise<T>, ctx: Context): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    const { silenceInWords } = await import('../../targets/silent-cluster.js');
    throw await silenceInWords(error, await openCluster(ctx), ctx);
  }
}
