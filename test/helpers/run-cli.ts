import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keepHints, usualCluster } from './printed-hints.js';
import { runFolder } from './run-folder.js';

/** The built program; another one (an installed package) by `NOMADCTL_BIN`. */
const BIN = process.env['NOMADCTL_BIN'] ?? fileURLToPath(new URL('../../bin/nomadctl.js', import.meta.url));
const STRIKE = fileURLToPath(new URL('./strike.mjs', import.meta.url));

export interface CliOptions {
  /** `NOMADCTL_HOME`, and HOME as well. */
  readonly home: string;
  /** On top of PATH, TMPDIR and a UTF-8 locale. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string;
  /** Text on standard input, which is closed without. */
  readonly stdin?: string;
  /** Another `nomadctl.js` than the checkout's. */
  readonly bin?: string;
  readonly timeoutMs?: number;
  /** See strike.mjs: `SIGKILL step start-consul`. */
  readonly strike?: string | undefined;
  /** Words before the program: `setpriv --reuid 1234`. */
  readonly as?: readonly string[];
}

export interface CliResult {
  /** Exit code; 128 plus the number for a signal, as a shell says it. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly ms: number;
  /** Standard output as JSON. Throws with the output when it is none. */
  json<T = Record<string, unknown>>(): T;
}

export interface RunningCli {
  readonly child: ChildProcess;
  readonly done: Promise<CliResult>;
}

const SIGNALS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 };

/** Starts the built program without a terminal, its input closed. */
export function startCli(
  argv: readonly string[],
  { home, env = {}, cwd, stdin, bin = BIN, timeoutMs = 120_000, strike, as = [] }: CliOptions,
): RunningCli {
  const startedAt = Date.now();
  const [file = process.execPath, ...words] = [...as, process.execPath, bin, ...argv];
  const whole = { ...surroundings(home), ...(strike ? { STRIKE: strike, NODE_OPTIONS: `--import=${STRIKE}` } : {}), ...env };
  const before = usualCluster(whole);
  const child = spawn(file, words, {
    ...(cwd ? { cwd } : {}),
    env: whole,
    stdio: [stdin === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  child.stdin?.end(stdin);
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const)
    child[name]?.setEncoding('utf8').on('data', (text: string) => void (output[name] += text));
  const done = new Promise<CliResult>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill('SIGKILL');
      reject(new Error(`nomadctl ${argv.join(' ')} still ran after ${timeoutMs} ms\n${output.stdout}\n${output.stderr}`));
    }, timeoutMs);
    child.once('error', reject);
    child.once('close', async (code, signal) => {
      clearTimeout(timer);
      const usual = (await Promise.all([before, usualCluster(whole)])).filter((name) => name !== undefined);
      keepHints({ argv, ...output, usual });
      const warning = /^\(node:\d+\) .*$/m.exec(output.stderr)?.[0];
      if (warning !== undefined) reject(new Error(`nomadctl ${argv.join(' ')}: Node warns: ${warning}`));
      resolve({ code: code ?? 128 + (SIGNALS[signal ?? ''] ?? 0), ...output, ms: Date.now() - startedAt, json: () => parse(argv, output) });
    });
  });
  return { child, done };
}

export function runCli(argv: readonly string[], options: CliOptions): Promise<CliResult> {
  return startCli(argv, options).done;
}

/** A folder with a nomadctl in it, last on PATH, as after an installation: hints call it by its name then. One a worker, in the run's own folder. */
function installed(): string {
  const folder = runFolder(`installed-${process.pid}`);
  const file = join(folder, 'nomadctl');
  if (!existsSync(file)) writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${BIN}' "$@"\n`, { mode: 0o755 });
  return folder;
}

function surroundings(home: string): Record<string, string | undefined> {
  const { PATH, TMPDIR } = process.env;
  return {
    PATH: [PATH, installed()].join(delimiter),
    ...(TMPDIR ? { TMPDIR } : {}),
    LANG: 'C.UTF-8',
    HOME: home,
    NOMADCTL_HOME: home,
    // What V8 compiled for one home would be compiled again for each.
    NODE_COMPILE_CACHE: runFolder('compiled'),
  };
}

function parse<T>(argv: readonly string[], { stdout, stderr }: { stdout: string; stderr: string }): T {
  try {
    return JSON.parse(stdout) as T;
  } catch (cause) {
    throw new Error(`nomadctl ${argv.join(' ')} printed no JSON:\n${stdout}\n${stderr}`, { cause });
  }
}
