import { basename } from 'node:path';
import { isMap, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import { ConfigError } from '../errors.js';
import { didYouMean } from '../lib/suggest.js';
import type { OptionTable } from '../options/option.js';
import type { Problem } from '../options/problem.js';
import { shown } from '../options/shown.js';
import { schemaOf, unknownKey } from '../options/value-schema.js';
import { clusterNameProblem } from './cluster-name.js';
import { currentVersion, migrate, migrations, type Migration } from './migrate.js';
import { entriesOf, type YamlEntry } from './yaml-entries.js';

/** What a cluster file needs to know of a place where clusters live. */
export interface TargetOptions {
  readonly id: string;
  readonly options: OptionTable;
}

export interface ClusterFile {
  readonly path: string;
  readonly name: string;
  readonly target: string;
  /** By key of the target's table; `where` is `path:line`. */
  readonly values: Readonly<Record<string, { readonly value: unknown; readonly where: string }>>;
}

export interface ParsedClusterFile {
  /** Whole only when there are no problems. */
  readonly file: ClusterFile;
  readonly problems: readonly Problem[];
}

export interface ParseOptions {
  readonly path: string;
  readonly targets: readonly TargetOptions[];
  /** The name that the file must say, when it is in a cluster's folder. */
  readonly name?: string | undefined;
  readonly migrations?: readonly Migration[];
}

const LARGEST_BYTES = 1024 * 1024;
const OWN_KEYS = ['version', 'name', 'target'] as const;

/**
 * Checks a cluster file whole: every mistake is in `problems`, each with its line and column.
 * @throws ConfigError only for a file of a newer version, of which nothing can be said.
 */
export function parseClusterFile(content: Uint8Array, options: ParseOptions): ParsedClusterFile {
  const text = decode(content);
  if (text === undefined) return broken(options, content.length > LARGEST_BYTES ? 'is larger than 1 MiB' : 'is not a text file (UTF-8)');
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) return broken(options, 'is nested too deeply');
  const mistakes = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, lines, options));
  if (!isMap(document.contents)) return broken(options, shapeProblem(document), mistakes);
  const versionProblems = checkVersion(document, lines, options);
  if (mistakes.length > 0 && document.errors.some(({ code }) => code !== 'DUPLICATE_KEY'))
    return { file: emptyFile(options), problems: mistakes };
  if (versionProblems.length > 0) return withSettings(document, lines, options, [...mistakes, ...versionProblems]);
  return withSettings(migrate(document, document.get('version') as number, options.migrations), lines, options, mistakes);
}

/** Byte order marks are dropped; anything that is not UTF-8 text, or holds a zero byte, is no cluster file. */
function decode(content: Uint8Array): string | undefined {
  if (content.length > LARGEST_BYTES || content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

function parse(text: string, lines: LineCounter): Document | undefined {
  try {
    return parseDocument(text, { lineCounter: lines, prettyErrors: false });
  } catch {
    // The parser recurses: thousands of brackets end its stack.
    return undefined;
  }
}

function shapeProblem({ contents }: Document): string {
  if (contents === null) return 'is empty; nomadctl init writes a new one';
  return `must hold "key: value" lines (got ${shown(contents.toJSON())})`;
}

function syntaxProblem(error: YAMLError, lines: LineCounter, options: ParseOptions): Problem {
  const { line, col } = lines.linePos(error.pos[0]);
  const tabs = 'a tab cannot indent a line; use spaces';
  const message =
    error.code === 'TAB_AS_INDENT'
      ? tabs
      : error.code === 'DUPLICATE_KEY'
        ? 'the same key is there twice'
        : (error.message.split('\n')[0] ?? error.code);
  return { where: `${basename(options.path)}:${line}:${col}`, text: message, file: options.path };
}

function checkVersion(document: Document, lines: LineCounter, options: ParseOptions): Problem[] {
  const version = document.get('version');
  const current = currentVersion(options.migrations ?? migrations);
  if (typeof version === 'number' && Number.isInteger(version) && version > current) throw newerVersion(options.path, version, current);
  if (typeof version === 'number' && Number.isInteger(version) && version >= 1) return [];
  const entry = entriesOf(document, lines, []).find(({ key }) => key === 'version');
  if (entry === undefined)
    return [{ where: basename(options.path), key: 'version', text: `is missing; write "version: ${current}"`, file: options.path }];
  return [problemAt(entry, `must be a version that this nomadctl reads: ${current} (got ${shown(entry.value)})`, options)];
}

function newerVersion(path: string, version: number, current: number): ConfigError {
  return new ConfigError(`${basename(path)} is of version ${version}, this nomadctl reads ${current}`, {
    code: 'cluster-file-version',
    why: ['a newer nomadctl wrote it', `left untouched: ${path}`],
    next: 'use the nomadctl that wrote it',
  });
}

function withSettings(document: Document, lines: LineCounter, options: ParseOptions, before: readonly Problem[]): ParsedClusterFile {
  const target = options.targets.find(({ id }) => id === document.get('target'));
  const table = target?.options ?? {};
  const entries = entriesOf(document, lines, Object.keys(table));
  const settings = entries.filter(({ key }) => !(OWN_KEYS as readonly string[]).includes(key));
  const problems = [...before, ...ownProblems(entries, options), ...(target ? settingProblems(settings, table, options) : [])];
  const values = Object.fromEntries(settings.map(({ key, value, line }) => [key, { value, where: `${options.path}:${line}` }]));
  return { file: { path: options.path, name: String(document.get('name')), target: target?.id ?? '', values }, problems };
}

function ownProblems(entries: readonly YamlEntry[], options: ParseOptions): Problem[] {
  const ids = options.targets.map(({ id }) => id);
  const check = (key: 'name' | 'target', problemWith: (value: unknown) => string | undefined, example: string): Problem[] => {
    const entry = entries.find((candidate) => candidate.key === key);
    if (entry === undefined)
      return [{ where: basename(options.path), key, text: `is missing; write "${key}: ${example}"`, file: options.path }];
    const problem = problemWith(entry.value);
    return problem === undefined ? [] : [problemAt(entry, `${problem} (got ${shown(entry.value)})`, options)];
  };
  const targetProblem = (value: unknown): string | undefined =>
    ids.includes(value as string)
      ? undefined
      : `must be one of ${ids.join(', ')}${typeof value === 'string' ? didYouMean(value, ids) : ''}`;
  return [
    ...check('name', (value) => nameProblem(value, options.name), options.name ?? 'dev'),
    ...check('target', targetProblem, ids[0] ?? ''),
  ];
}

function nameProblem(value: unknown, expected: string | undefined): string | undefined {
  if (typeof value !== 'string') return 'must be text';
  if (expected !== undefined && value !== expected) return `must be ${expected}, as the cluster's folder`;
  return clusterNameProblem(value);
}

function settingProblems(entries: readonly YamlEntry[], table: OptionTable, options: ParseOptions): Problem[] {
  const known = [...OWN_KEYS, ...Object.keys(table)];
  const values = Object.fromEntries(entries.filter(({ key }) => key in table).map(({ key, value }) => [key, value]));
  const issues = schemaOf(table).safeParse(values).error?.issues ?? [];
  return entries.flatMap((entry) => {
    if (!Object.hasOwn(table, entry.key)) return [problemAt(entry, unknownKey(entry.key, known), options)];
    const issue = issues.find(({ path }) => path[0] === entry.key);
    return issue ? [problemAt(entry, issue.message, options)] : [];
  });
}

function problemAt({ key, line, column }: YamlEntry, text: string, { path }: ParseOptions): Problem {
  return { where: `${basename(path)}:${line}:${column}`, key, text, file: path };
}

function broken(options: ParseOptions, text: string, mistakes: readonly Problem[] = []): ParsedClusterFile {
  const problems = mistakes.length > 0 ? mistakes : [{ where: basename(options.path), text, file: options.path }];
  return { file: emptyFile(options), problems };
}

function emptyFile({ path, name }: ParseOptions): ClusterFile {
  return { path, name: name ?? '', target: '', values: {} };
}
