import { readFile } from 'node:fs/promises';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import type { JobManifest, JobVariable, VariableValue } from './job-manifest.js';
import { valueOfWord, valueProblem } from './variable-value.js';

/** Variables as the command line gave them: `--var name=value` and `--var-file path`, each in order. */
export interface VariableInput {
  readonly words: readonly string[];
  readonly files: readonly string[];
}

export interface ResolveRequest {
  readonly job: string;
  readonly manifest: JobManifest;
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The driver to take where none was given. */
  readonly driver: (variable: JobVariable) => string;
}

/** Splits `name=value`; a value may hold further `=`. @throws UsageError `variable-unreadable` */
export function splitWord(word: string): [name: string, value: string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at).trim(), word.slice(at + 1)];
  throw new UsageError(`--var ${word} has no value`, { code: 'variable-unreadable', next: hint`--var ${word}=VALUE` });
}

/** What was given for a template, files first, so that `--var` wins. Files are JSON objects. */
export async function inputValues(manifest: JobManifest, input: VariableInput): Promise<Record<string, unknown>> {
  const inputs: Record<string, unknown> = {};
  for (const file of input.files) Object.assign(inputs, await readValues(file));
  for (const [name, word] of input.words.map(splitWord)) {
    const variable = manifest.variables.find((candidate) => candidate.name === name);
    inputs[name] = variable ? valueOfWord(variable, word) : word;
  }
  return inputs;
}

async function readValues(file: string): Promise<object> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    throw new ConfigError(`variable file ${file} could not be read`, { code: 'variable-file', why: reasonOf(cause), cause });
  }
  if (typeof data === 'object' && data !== null && !Array.isArray(data)) return data;
  throw new ConfigError(`variable file ${file} must hold one JSON object`, { code: 'variable-file' });
}

/** Every variable of the template with its value. @throws UsageError `variable-invalid` with every problem */
export function resolveVariables({ job, manifest, inputs, driver }: ResolveRequest): Record<string, VariableValue> {
  const names = manifest.variables.map(({ name }) => name);
  const problems = Object.keys(inputs)
    .filter((name) => !names.includes(name))
    .map((name) => `${name}: ${job} has no such variable${didYouMean(name, names)}`);
  const values: Record<string, VariableValue> = {};
  for (const variable of manifest.variables) {
    const value = inputs[variable.name] ?? variable.default ?? (variable.type === 'driver' ? driver(variable) : undefined);
    const problem = value === undefined ? `must be given: ${variable.description}` : valueProblem(variable, value);
    if (problem) problems.push(`${variable.name}: ${problem}`);
    else values[variable.name] = value as VariableValue;
  }
  if (problems.length === 0) return values;
  throw new UsageError(`job ${job}: ${problems.length === 1 ? problems[0] : `${problems.length} variables are wrong`}`, {
    code: 'variable-invalid',
    why: problems.length === 1 ? [] : problems,
    next: nomadctl`job show ${job}`,
  });
}
