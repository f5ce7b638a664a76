import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { chooseCluster } from '../../src/config/current-cluster.js';
import { createPaths } from '../../packages/base/src/paths.js';
import { commands } from '../../src/commands/index.js';
import { STARTS_COMMAND } from './hint-commands.js';
import { RUN_FOLDER, runFolder } from './run-folder.js';

/** In which each worker keeps the hints that it saw. */
export const hintsFolder = (): string => runFolder('hints');

/** What a program of ours printed, and where it ran. */
export interface PrintedRun {
  /** After `nomadctl`; empty where a shell ran several. */
  readonly argv: readonly string[];
  readonly stdout: string;
  readonly stderr: string;
  /** What a command without a name means there: before and after, for other runs may make clusters meanwhile. */
  readonly usual?: readonly string[];
}

/** One hint as it was printed. */
export interface PrintedHint {
  readonly argv: readonly string[];
  readonly line: string;
  readonly usual: readonly string[];
  /** A sentence with a command in it, and not a line of what comes next. */
  readonly isProse: boolean;
}

/** Keeps every hint of a run for test/printed, which begins when all other files have ended. */
export function keepHints({ argv, stdout, stderr, usual = [] }: PrintedRun): void {
  if (process.env[RUN_FOLDER] === undefined) return;
  const kept = hintsIn({ argv, stdout, stderr }).map((hint): PrintedHint => ({ argv, usual, ...hint }));
  if (kept.length === 0) return;
  appendFileSync(join(hintsFolder(), `${process.pid}.jsonl`), kept.map((hint) => `${JSON.stringify(hint)}\n`).join(''));
}

/** The cluster that a command without a name means in a home; nothing where that cannot be told. */
export async function usualCluster(env: Readonly<Record<string, string | undefined>>): Promise<string | undefined> {
  const home = env['NOMADCTL_HOME'];
  if (home === undefined) return undefined;
  const global = { json: false, quiet: false, verbose: false, yes: false, cluster: undefined };
  const chosen = chooseCluster({ env, paths: createPaths({ home, packageRoot: home }), global, given: {} });
  return chosen.then(
    ({ name }) => name,
    () => undefined,
  );
}

/** As people see them: under a result, in an error, and in what doctor advises. */
const IN_TEXT = [/^Next: {2}(.+)$/, /^ {2}next {2}(.+)$/, /^(?:required|optional) {2}[^:]+: (.+)$/];

type FoundHint = Pick<PrintedHint, 'line' | 'isProse'>;

function hintsIn({ argv, stdout, stderr }: Omit<PrintedRun, 'usual'>): FoundHint[] {
  const documents = documentsIn(stdout);
  const lines = stripVTControlCharacters(documents.length > 0 ? stderr : `${stdout}\n${stderr}`).split('\n');
  const inText = lines.map((line) => IN_TEXT.map((form) => form.exec(line)?.[1]).find(Boolean));
  const hints = [...inText.filter((line) => line !== undefined), ...documents.flatMap((document) => [...hintsOf(document)])];
  const sentences = lines.filter((_, index) => inText[index] === undefined);
  const prose = isOthersText(argv) ? [] : [...sentences, ...documents.flatMap((document) => [...textsOf(document)])].filter(namesCommand);
  return [
    ...[...new Set(hints)].map((line) => ({ line, isProse: false })),
    ...[...new Set(prose)].map((line) => ({ line: line.trim(), isProse: true })),
  ];
}

/** Our name with a command of ours behind it, wherever that is. */
const COMMAND = new RegExp(`${STARTS_COMMAND.source} (?:${commands.map(({ name }) => name).join('|')})\\b`);

/** Who holds a lock says so, and tells nobody to do the same; nor does the form of a command, of a group that was called without one. */
function namesCommand(text: string): boolean {
  return COMMAND.test(text) && !/\bprocess \d+\b|^Usage: /.test(text);
}

/** Help shows commands that are none to go on with, and history those that ran; what other programs print, and files of the user's, are not ours. */
function isOthersText(argv: readonly string[]): boolean {
  return (
    argv.length === 0 ||
    argv.some((word) => ['--help', '-h', 'help'].includes(word)) ||
    ['exec', 'ssh', 'logs', 'completion', '__complete', 'history'].includes(argv[0] ?? '') ||
    (argv[0] === 'job' && ['new', 'render', 'logs', 'show'].includes(argv[1] ?? ''))
  );
}

/** One JSON document, or one a line. */
function documentsIn(stdout: string): unknown[] {
  if (!/^[{[]/.test(stdout)) return [];
  const whole = parsed(stdout);
  return whole === undefined ? stdout.split('\n').flatMap((line) => parsed(line) ?? []) : [whole];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What was run, and by whom, is a record: only sentences say what to do. */
const RECORDS = ['next', 'fix', 'plan', 'command', 'argv', 'lastRun', 'busy', 'runs'];

function* textsOf(value: unknown): Iterable<string> {
  if (typeof value === 'string') yield* value.split('\n');
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) if (!RECORDS.includes(key)) yield* textsOf(inner);
}

function* hintsOf(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'next' && typeof inner === 'string') yield inner;
    else if (key === 'fix' && typeof inner === 'object') yield String((inner as { command?: unknown }).command);
    else yield* hintsOf(inner);
  }
}
