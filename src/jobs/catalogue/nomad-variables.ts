import { readFile } from 'node:fs/promises';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { didYouMean } from '@nomadctl/base/suggest';
import { splitWord, type VariableInput } from './resolve-variables.js';

export interface NomadVariableRequest {
  /** The job file's text. */
  readonly hcl: string;
  readonly job: string;
  readonly input: VariableInput;
  /** For `NOMAD_VAR_name`, as the nomad program reads it. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

const ENV_PREFIX = 'NOMAD_VAR_';

/**
 * Variables of a job file as one HCL document, for the parse endpoint's `Variables`. Environment, then files, then
 * `--var`: the later wins, as with the nomad program.
 * @throws UsageError `variable-invalid` for names that the job file does not declare
 */
export async function nomadVariables({ hcl, job, input, env }: NomadVariableRequest): Promise<string> {
  const declared = declaredVariables(hcl);
  const words = input.words.map(splitWord);
  const fromEnv = Object.entries(env)
    .filter((entry): entry is [string, string] => entry[0].startsWith(ENV_PREFIX) && entry[1] !== undefined)
    .map(([key, value]): [string, string] => [key.slice(ENV_PREFIX.length), value])
    .filter(([name]) => declared.has(name));
  refuseUnknown(job, words, declared);
  let text = '';
  const put = (name: string, expression: string): void => {
    text = `${withoutAssignment(text, name)}\n${name} = ${expression}`;
  };
  for (const [name, word] of fromEnv) put(name, expressionOf(word, declared.get(name)));
  for (const file of input.files) for (const [name, expression] of await assignmentsOf(file)) put(name, expression);
  for (const [name, word] of words) put(name, expressionOf(word, declared.get(name)));
  return text.trim();
}

/** Declared names with their type as written. Only a hint: Nomad's own parser has the last word. */
export function declaredVariables(hcl: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const match of hcl.matchAll(/^\s*variable\s+"?([A-Za-z_][\w-]*)"?\s*\{([\s\S]*?)^\s*\}/gm)) {
    found.set(match[1] ?? '', /^\s*type\s*=\s*"?([^\s"]+)/m.exec(match[2] ?? '')?.[1] ?? 'any');
  }
  for (const match of hcl.matchAll(/^\s*variable\s+"?([A-Za-z_][\w-]*)"?\s*\{\s*\}/gm)) found.set(match[1] ?? '', 'any');
  return found;
}

function refuseUnknown(job: string, words: readonly [string, string][], declared: ReadonlyMap<string, string>): void {
  const known = [...declared.keys()];
  const unknown = words.map(([name]) => name).filter((name) => !declared.has(name));
  if (unknown.length === 0) return;
  throw new UsageError(`job file ${job} declares no variable ${unknown.map((name) => `"${name}"${didYouMean(name, known)}`).join(', ')}`, {
    code: 'variable-invalid',
    why: known.length > 0 ? `it declares ${known.join(', ')}` : 'it declares none',
    next: `nomadctl job show ${job}`,
  });
}

/** HCL converts a quoted number or truth value by itself; only collections must be given as expressions. */
function expressionOf(word: string, type = 'any'): string {
  if (type !== 'string' && /^\s*[[{]/.test(word)) return word;
  return quoted(word);
}

function quoted(text: string): string {
  return JSON.stringify(text)
    .replaceAll('${', () => '$${')
    .replaceAll('%{', '%%{');
}

async function assignmentsOf(file: string): Promise<[string, string][]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(`variable file ${file} could not be read`, { code: 'variable-file', why: reasonOf(cause), cause });
  }
  if (!file.endsWith('.json')) return [...splitAssignments(text)];
  try {
    return Object.entries(JSON.parse(text) as Record<string, unknown>).map(([name, value]) => [name, JSON.stringify(value)]);
  } catch (cause) {
    throw new ConfigError(`variable file ${file} is not JSON`, { code: 'variable-file', why: reasonOf(cause), cause });
  }
}

/** Top-level `name = expression` pairs; an expression ends where the next one begins at the start of a line. */
function* splitAssignments(text: string): Generator<[string, string]> {
  const starts = [...text.matchAll(/^([A-Za-z_][\w-]*)\s*=(?!=)/gm)];
  for (const [index, start] of starts.entries()) {
    const from = start.index + start[0].length;
    yield [start[1] ?? '', text.slice(from, starts[index + 1]?.index).trim()];
  }
}

function withoutAssignment(text: string, name: string): string {
  return [...splitAssignments(text)]
    .filter(([known]) => known !== name)
    .map(([known, expression]) => `${known} = ${expression}`)
    .join('\n');
}
