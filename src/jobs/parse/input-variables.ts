import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ConfigError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { VARIABLE_PREFIX } from '../../tools/nomad.js';
import { splitWord, type VariableInput } from '../catalogue/resolve-variables.js';

/** Values for the variables of a job file, on the ways by which Nomad shall get them. Nomad lets the later win: environment, file, argument. */
export interface InputVariables {
  /** Of `--var`, by name. */
  readonly words: Readonly<Record<string, string>>;
  readonly files: readonly VariableFile[];
  readonly inEnvironment: Readonly<Record<string, string>>;
  readonly inArguments: readonly string[];
}

export interface VariableFile {
  /** As the user wrote it. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * Passes values of `--var` through the environment, where no list of processes shows them. Nomad lets files win over the
 * environment. So a value whose name a file may set is passed as an argument: any file with the name in its text counts.
 */
export function waysFor(
  { words, files }: { words: Readonly<Record<string, string>>; files: readonly VariableFile[] },
  env: Readonly<Record<string, string | undefined>>,
): Pick<InputVariables, 'inEnvironment' | 'inArguments'> {
  const mayBeSetBy = ({ text }: VariableFile, name: string): boolean => text.includes(name) || text.includes('\\u');
  const inputs = Object.entries(words);
  const visible = inputs.filter(([name]) => files.some((file) => mayBeSetBy(file, name)));
  const hidden = inputs.filter((entry) => !visible.includes(entry));
  return {
    inEnvironment: { ...variablesIn(env), ...Object.fromEntries(hidden) },
    inArguments: visible.map(([name, value]) => `${name}=${value}`),
  };
}

/** What `NOMAD_VAR_name` gives. */
function variablesIn(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) =>
      key.startsWith(VARIABLE_PREFIX) && value !== undefined ? [[key.slice(VARIABLE_PREFIX.length), value]] : [],
    ),
  );
}

/**
 * Reads variables and files, and calls `use` with them. A file that can be read only once, such as a shell's `<(…)`, is
 * copied to a private file until `use` returns.
 * @throws ConfigError `variable-file`; UsageError `variable-unreadable`
 */
export async function withInputVariables<Result>(
  input: VariableInput,
  env: Readonly<Record<string, string | undefined>>,
  use: (inputs: InputVariables) => Promise<Result>,
): Promise<Result> {
  const words = Object.fromEntries(input.words.map(splitWord));
  const folders: string[] = [];
  try {
    const files: VariableFile[] = [];
    for (const name of input.files) files.push(await readVariableFile(name, folders));
    return await use({ words, files, ...waysFor({ words, files }, env) });
  } finally {
    await Promise.all(folders.map((folder) => rm(folder, { recursive: true, force: true })));
  }
}

async function readVariableFile(name: string, folders: string[]): Promise<VariableFile> {
  try {
    const text = await readFile(name, 'utf8');
    if ((await stat(name)).isFile()) return { name, path: resolve(name), text };
    const folder = await mkdtemp(join(tmpdir(), 'nomadctl-variables-'));
    folders.push(folder);
    const path = join(folder, 'variables');
    await writeFile(path, text, { mode: 0o600 });
    return { name, path, text };
  } catch (cause) {
    throw new ConfigError(`variable file ${name} could not be read`, { code: 'variable-file', why: reasonOf(cause), cause });
  }
}
