import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { chooseCluster } from '../../src/config/current-cluster.js';
import { createPaths } from '../../packages/base/src/paths.js';
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
}

/** Keeps every hint of a run for test/printed, which begins when all other files have ended. */
export function keepHints({ argv, stdout, stderr, usual = [] }: PrintedRun): void {
  if (process.env[RUN_FOLDER] === undefined) return;
  const kept = hintsIn(stdout, stderr).map((line): PrintedHint => ({ argv, line, usual }));
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

function hintsIn(stdout: string, stderr: string): string[] {
  const lines = `${stdout}\n${stderr}`.split('\n');
  const inText = lines.flatMap((line) => IN_TEXT.map((form) => form.exec(line)?.[1] ?? []).flat());
  const documents = documentsIn(stdout).flatMap((document) => [...hintsOf(document)]);
  return [...new Set([...inText, ...documents])];
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

function* hintsOf(value: unknown): Iterable<string> {
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'next' && typeof inner === 'string') yield inner;
    else if (key === 'fix' && typeof inner === 'object') yield String((inner as { command?: unknown }).command);
    else yield* hintsOf(inner);
  }
}
