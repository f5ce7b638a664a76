import { basename } from 'node:path';
import { isMap, isSeq, LineCounter, type Document, type YAMLError } from 'yaml';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { Problem } from '../options/problem.js';
import { checkEntries, OWN_KEYS, SCHEMA_KEY, versionProblem, type Expected } from './cluster-file-problems.js';
import { currentVersion, migrate, type Migration } from './migrate.js';
import { entriesOf, parseYaml } from './yaml-entries.js';

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
  /** In the order of the lines. */
  readonly problems: readonly Problem[];
}

export interface ParseOptions extends Expected {
  readonly migrations?: readonly Migration[];
}

const LARGEST_BYTES = 1024 * 1024;

/**
 * Checks a cluster file whole: every mistake is in `problems`, each with its line and column.
 * @throws ConfigError only for a file of a newer version, of which nothing can be said.
 */
export function parseClusterFile(content: Uint8Array | string, options: ParseOptions): ParsedClusterFile {
  const text = typeof content === 'string' ? content : decode(content);
  if (text === undefined) return unusable(options, content.length > LARGEST_BYTES ? 'is larger than 1 MiB' : 'is not a text file (UTF-8)');
  const lines = new LineCounter();
  const document = parse(text, lines);
  if (document === undefined) return unusable(options, 'is nested too deeply');
  const mistakes = [...document.errors, ...document.warnings].map((error) => syntaxProblem(error, lines, options.path));
  // After a line that cannot be read, nothing certain can be said of the others.
  if (document.errors.some(({ code }) => code !== 'DUPLICATE_KEY')) return { file: emptyFile(options), problems: mistakes };
  // Comments are somebody's, and stay.
  const anew = text.trim() === '' ? hint`${nomadctl`init ${options.name}`}   writes a new one` : undefined;
  if (document.contents === null) return unusable(options, 'is empty', anew);
  if (!isMap(document.contents)) return unusable(options, shapeProblem(document));
  const version = document.get('version');
  const current = currentVersion(options.migrations);
  if (Number.isInteger(version) && Number(version) > current) throw newerVersion(options.path, Number(version), current);
  const wrongVersion = versionProblem(entriesOf(document, lines, []), current, options.path);
  const migrated = wrongVersion ? document : migrate(document, Number(version), options.migrations);
  const { file, problems } = settingsIn(migrated, lines, options);
  return { file, problems: [...(wrongVersion ? [wrongVersion] : []), ...mistakes, ...problems].sort(byPlace) };
}

/** Byte order marks are dropped; what is not UTF-8 text, or holds a zero byte, is no cluster file. */
function decode(content: Uint8Array): string | undefined {
  if (content.length > LARGEST_BYTES || content.includes(0)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    return undefined;
  }
}

/** The parser recurses, so thousands of brackets end its stack; it throws that, or reports it as an error. */
function parse(text: string, lines: LineCounter): Document | undefined {
  try {
    const document = parseYaml(text, lines);
    return document.errors.some(({ message }) => message.includes('call stack')) ? undefined : document;
  } catch {
    return undefined;
  }
}

function settingsIn(document: Document, lines: LineCounter, options: ParseOptions): ParsedClusterFile {
  const target = options.targets.find(({ id }) => id === document.get('target'));
  const entries = entriesOf(document, lines, Object.keys(target?.options ?? {})).filter(({ key }) => key !== SCHEMA_KEY);
  const settings = entries.filter(({ key }) => !OWN_KEYS.includes(key));
  const values = Object.fromEntries(settings.map(({ key, value, line }) => [key, { value, where: `${options.path}:${line}` }]));
  const file = { path: options.path, name: String(document.get('name')), target: target?.id ?? '', values };
  return { file, problems: checkEntries(entries, options) };
}

const SYNTAX: Readonly<Record<string, string>> = {
  TAB_AS_INDENT: 'a tab cannot indent a line; use spaces',
  DUPLICATE_KEY: 'the same key is there twice',
};

function syntaxProblem(error: YAMLError, lines: LineCounter, path: string): Problem {
  const { line, col } = lines.linePos(error.pos[0]);
  return { where: `${basename(path)}:${line}:${col}`, text: SYNTAX[error.code] ?? error.message.split('\n')[0] ?? error.code, file: path };
}

function shapeProblem({ contents }: Document): string {
  return `must hold "key: value" lines (it holds ${isSeq(contents) ? 'a list' : 'plain text'})`;
}

function newerVersion(path: string, version: number, current: number): ConfigError {
  return new ConfigError(`${basename(path)} is of version ${version}, this nomadctl reads ${current}`, {
    code: 'cluster-file-version',
    why: ['a newer nomadctl wrote it', `left untouched: ${path}`],
    next: hint`use the newer nomadctl, which wrote it`,
  });
}

function unusable(options: ParseOptions, text: string, next?: Hint): ParsedClusterFile {
  return { file: emptyFile(options), problems: [{ where: basename(options.path), text, file: options.path, ...(next ? { next } : {}) }] };
}

function emptyFile({ path, name }: ParseOptions): ClusterFile {
  return { path, name: name ?? '', target: '', values: {} };
}

/** What has no place, such as a missing key, comes first. */
function byPlace(a: Problem, b: Problem): number {
  const [lineA = 0, columnA = 0] = placeIn(a);
  const [lineB = 0, columnB = 0] = placeIn(b);
  return lineA - lineB || columnA - columnB;
}

function placeIn({ where }: Problem): number[] {
  return (/:(\d+):(\d+)$/.exec(where) ?? []).slice(1).map(Number);
}
