import { basename } from 'node:path';
import { didYouMean } from '@nomadctl/base/suggest';
import type { OptionTable } from '../options/option.js';
import type { Problem } from '../options/problem.js';
import { quoteValue } from '../options/quote-value.js';
import { notOneOf, valueProblem } from '../options/value-problem.js';
import { clusterNameProblem } from './cluster-name.js';
import type { YamlEntry } from './yaml-entries.js';
import { edit, hint, nomadctl } from '@nomadctl/base/hint/hint';

/** What a cluster file needs to know of a place where clusters live. */
export interface TargetOptions {
  readonly id: string;
  readonly options: OptionTable;
}

/** What a cluster file is held against. */
export interface Expected {
  readonly path: string;
  readonly targets: readonly TargetOptions[];
  /** The name that the file must say, when it is in a cluster's folder. */
  readonly name?: string | undefined;
}

/** The keys that every cluster file has, whatever its target. */
export const OWN_KEYS: readonly string[] = ['version', 'name', 'target'];

/** For editors, which complete the file from it; nomadctl does not look at it. */
export const SCHEMA_KEY = '$schema';

/** Everything that is wrong with the keys and values of a file, apart from its version. */
export function checkEntries(entries: readonly YamlEntry[], options: Expected): Problem[] {
  const ids = options.targets.map(({ id }) => id);
  const target = options.targets.find(({ id }) => entries.some((entry) => entry.key === 'target' && entry.value === id));
  const settings = entries.filter(({ key }) => !OWN_KEYS.includes(key));
  return [
    ...checkOwn(entries, {
      key: 'name',
      example: options.name ?? 'dev',
      path: options.path,
      problem: (value) => nameProblem(value, options.name),
    }),
    ...checkOwn(entries, { key: 'target', example: ids[0] ?? '', path: options.path, problem: (value) => targetProblem(value, ids) }),
    // Without a target there is no telling which keys there are.
    ...(target ? settings.flatMap((entry) => checkSetting(entry, target.options, options)) : []),
  ];
}

/** The problem with the version that a file says, or nothing. Newer ones are the caller's business. */
export function versionProblem(entries: readonly YamlEntry[], current: number, path: string): Problem | undefined {
  const isFine = (value: unknown): boolean => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= current;
  const problem = (value: unknown): string | undefined => (isFine(value) ? undefined : `must be ${current} (got ${quoteValue(value)})`);
  return checkOwn(entries, { key: 'version', example: String(current), path, problem })[0];
}

interface OwnKey {
  readonly key: string;
  readonly example: string;
  readonly path: string;
  readonly problem: (value: unknown) => string | undefined;
}

function checkOwn(entries: readonly YamlEntry[], { key, example, path, problem }: OwnKey): Problem[] {
  const entry = entries.find((candidate) => candidate.key === key);
  if (entry === undefined) return [{ where: basename(path), key, text: `is missing; write "${key}: ${example}"`, file: path }];
  const text = problem(entry.value);
  return text === undefined ? [] : [problemAt(entry, text, path)];
}

function nameProblem(value: unknown, expected: string | undefined): string | undefined {
  if (typeof value !== 'string') return `must be text (got ${quoteValue(value)})`;
  const problem = expected !== undefined && value !== expected ? `must be ${expected}, as the cluster's folder` : clusterNameProblem(value);
  return problem && `${problem} (got ${quoteValue(value)})`;
}

function targetProblem(value: unknown, ids: readonly string[]): string | undefined {
  return ids.includes(value as string) ? undefined : notOneOf(value, ids);
}

function checkSetting(entry: YamlEntry, table: OptionTable, { path, name }: Expected): Problem[] {
  const text = settingProblem(entry, table);
  if (text === undefined) return [];
  const problem = problemAt(entry, text, path);
  // Taken out of here, it has to go somewhere.
  return [
    text === SECRET
      ? { ...problem, next: hint`${edit(path)} && ${nomadctl`init ${name}`}   asks for keys and keeps them elsewhere` }
      : problem,
  ];
}

function settingProblem({ key, path, value }: YamlEntry, table: OptionTable): string | undefined {
  if (path.some((part) => part.includes('.'))) return `must be written as a map, ${mapFor(key)}`;
  const option = Object.hasOwn(table, key) ? table[key] : undefined;
  if (option) return valueProblem(option, value);
  const inside = Object.keys(table).filter((other) => other.startsWith(`${key}.`));
  if (inside.length === 0 && soundsSecret(key)) return SECRET;
  if (inside.length === 0) return `there is no such key${didYouMean(key, [...OWN_KEYS, ...Object.keys(table)])}`;
  return `must hold the keys ${inside.map((other) => other.slice(key.length + 1)).join(', ')} (got ${quoteValue(value)})`;
}

/** Whether a key that the cluster file does not know sounds like a secret, which the file must not hold. */
export function soundsSecret(key: string): boolean {
  return /(private|public|api|secret|access)_?-?key|secret|passw|token|credential/i.test(key) && !/^sshPublicKeys$/.test(key);
}

const SECRET = 'there is no such key, and secrets must not be in this file: take it out';

/** `versions.consul` -> `versions: { consul: … }` */
function mapFor(key: string): string {
  return key.split('.').reduceRight((inner, part) => (inner === '' ? `${part}: …` : `${part}: { ${inner} }`), '');
}

function problemAt({ key, line, column }: YamlEntry, text: string, path: string): Problem {
  return { where: `${basename(path)}:${line}:${column}`, key, text, file: path };
}
