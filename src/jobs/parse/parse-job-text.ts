import { resolve } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { GIVEN_JOB, again, nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { Context } from '../../context.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { readJobWithNomad, type JobReading } from '../../tools/nomad.js';
import type { VariableInput } from '../catalogue/resolve-variables.js';
import { completeSpec } from './complete-spec.js';
import { declaredVariables } from './declared-variables.js';
import { diagnosticsIn, undeclaredIn } from './diagnostics.js';
import { withInputVariables, type InputVariables } from './input-variables.js';
import { calledFile } from '../catalogue/find-job.js';
import { refusalOf } from './refusal.js';

export interface JobText {
  /** As the user calls it, for messages. */
  readonly name: string;
  readonly text: string;
  /** Where `file` and its like look; default: where we stand. */
  readonly folder?: string | undefined;
  readonly variables: VariableInput;
  /** Path of the nomad program that reads it. */
  readonly program: string;
}

export interface ParsedJob {
  readonly spec: JobSpec;
  readonly format: 'hcl2' | 'json';
  /** Values that variable files give and the job does not declare. */
  readonly undeclared: readonly string[];
  /** What Nomad keeps beside the file for its web UI: `api.JobSubmission`. */
  readonly variableFlags: Readonly<Record<string, string>>;
  readonly variableFiles: string;
}

type Tools = Pick<Context, 'env' | 'signal'>;

/**
 * Reads a job file with the nomad program, as `nomad job run` does with the same files and variables. One thing is taken that it
 * refuses: variable files are often shared, so one may set what this job does not declare.
 * @throws ConfigError `job-invalid`, `variable-file`; UsageError `variable-invalid`; ToolError when nomad cannot be run
 */
export async function parseJobText(ctx: Tools, job: JobText): Promise<ParsedJob> {
  if (isForApi(job.text)) return parseJson(ctx, job);
  return withInputVariables(job.variables, ctx.env, async (inputs) => {
    const { inEnvironment, inArguments } = inputs;
    const reading = { program: job.program, text: job.text, folder: job.folder, files: inputs.files.map(({ path }) => path) };
    const [result, undeclared] = await Promise.all([
      readJobWithNomad(ctx, { ...reading, inEnvironment, inArguments, strict: false }),
      undeclaredOf(ctx, reading, inputs),
    ]);
    await refuseUndeclared(
      ctx,
      job,
      undeclared.filter((name) => Object.hasOwn(inputs.words, name)),
    );
    if ('said' in result) throw refusalOf(diagnosticsIn(result.said), { job: job.name, variables: inputs, lookedIn: standingIn(job) });
    return {
      spec: specOf(result.job, job.name),
      format: 'hcl2',
      undeclared,
      // A value in the environment may be for anybody: only what the text names is kept with the job.
      variableFlags: { ...named(inEnvironment, job.text), ...inputs.words },
      variableFiles: inputs.files.map(({ text }) => `${text}\n`).join(''),
    };
  });
}

function standingIn({ folder }: JobText): string | undefined {
  return folder === undefined ? resolve('.') : undefined;
}

/**
 * Names that were given and are not declared. Nomad tells them in its strict reading alone, and only arguments and files are held
 * against it: so it reads the file a second time, at the same time, with names that have no values.
 */
async function undeclaredOf(ctx: Tools, reading: JobReading, { words, files }: InputVariables): Promise<string[]> {
  const names = Object.keys(words);
  if (names.length === 0 && files.length === 0) return [];
  const result = await readJobWithNomad(ctx, { ...reading, inArguments: names.map((name) => `${name}=`) });
  return 'said' in result ? undeclaredIn(diagnosticsIn(result.said)) : [];
}

async function refuseUndeclared(ctx: Tools, job: JobText, unknown: readonly string[]): Promise<void> {
  if (unknown.length === 0) return;
  const known = (await declaredVariables(ctx, job)).variables.map(({ name }) => name);
  throw new UsageError(
    `${calledFile(job.name)} declares no variable ${unknown.map((name) => `"${name}"${didYouMean(name, known)}`).join(', ')}`,
    {
      code: 'variable-invalid',
      why: known.length > 0 ? `it declares ${known.join(', ')}` : 'it declares none',
      next: nomadctl`job show ${GIVEN_JOB}`,
    },
  );
}

function named(values: Readonly<Record<string, string>>, text: string): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([name]) => text.includes(name)));
}

/** JSON as the API takes it and as `nomad job run -output` and `job inspect` write it; else it may be HCL's own JSON. */
export function isForApi(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  try {
    const entries = Object.entries(JSON.parse(text) as object);
    const lower = (value: unknown): string[] => Object.keys((value ?? {}) as object).map((key) => key.toLowerCase());
    const inner = entries.find(([key]) => key.toLowerCase() === 'job')?.[1] as unknown;
    return [entries.map(([key]) => key.toLowerCase()), lower(inner)].some((keys) => keys.includes('taskgroups') || keys.includes('id'));
  } catch {
    return false;
  }
}

async function parseJson(ctx: Tools, { name, text, program, variables, folder }: JobText): Promise<ParsedJob> {
  if (variables.words.length + variables.files.length > 0) {
    throw new UsageError(`${calledFile(name)} is JSON for Nomad's API, which has no variables`, {
      code: 'variable-invalid',
      why: `given: ${[...variables.words.map((word) => `--var ${word.replace(/=.*/s, '')}`), ...variables.files.map((file) => `--var-file ${file}`)].join(', ')}`,
      next: again({ var: undefined, varFile: undefined, driver: undefined }),
    });
  }
  const result = await readJobWithNomad(ctx, { program, text, folder, json: true });
  if ('said' in result) {
    const why = result.said.replace(/^Error getting job struct: (Failed to parse JSON job: )?/, '').trim();
    throw new ConfigError(`${calledFile(name)} is wrong`, { code: 'job-invalid', why });
  }
  return { spec: specOf(result.job, name), format: 'json', undeclared: [], variableFlags: {}, variableFiles: '' };
}

/** A job without groups is Nomad's to refuse, one without an id has no address there. */
function specOf(job: unknown, name: string): JobSpec {
  const spec = completeSpec(job);
  if (spec) return spec;
  throw new ConfigError(`${calledFile(name)} is wrong`, { code: 'job-invalid', why: 'not a Nomad job: it has no ID' });
}
