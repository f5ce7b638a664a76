import { execa } from 'execa';
import { reasonOf } from '@nomadctl/base/reason';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { abortOf, notFound, signalGroup, toolError } from './child-end.js';
import { createConverse } from './converse.js';
import { createDetach } from './detach.js';
import type { NamedPrograms } from './named-program.js';
import { openEnvironment } from './open-environment.js';
import { passedOnEnv } from './passed-on-env.js';
import { startNamed } from './start-named.js';

/**
 * The one door to other programs: an argv array, no shell, an explicit environment. The only importer of execa, which takes longer to
 * load than some programs run: for those there is `run-briefly.ts`.
 */
export interface Exec {
  /** Runs to the end. Throws `ToolError` unless it exits with an accepted code; `AbortError` when `signal` stopped it. */
  run(file: string, argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Gives the program our own terminal and returns its exit code, as a shell would. */
  attach(file: string, argv: readonly string[], options?: AttachOptions): Promise<number>;
  /** Starts a program that outlives us, in a session of its own. Returns its process id. */
  detach(file: string, argv: readonly string[], options: DetachOptions): Promise<number>;
  /** Starts a program that is talked with, line by line. */
  converse(file: string, argv: readonly string[], options: ConverseOptions): Promise<Conversation>;
}

export interface RunOptions {
  readonly cwd?: string;
  /** The child's whole environment, not an addition to ours. Default: PATH, HOME, LANG, TMPDIR and proxies only. */
  readonly env?: ChildEnvironment;
  readonly stdin?: string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
  /** Exit codes that are an answer, not a failure. Default: 0. */
  readonly accept?: readonly number[];
  /** Its process id, before it has done anything of note: for those who must find it again after we were killed. */
  readonly onStart?: (pid: number) => void;
  /** Each line of both streams as it comes. */
  readonly onLine?: (line: string) => void;
  /** False for what may print for hours: nothing but the lines is handed on. */
  readonly keepOutput?: boolean;
  /** What it writes is for its user alone, whatever our own umask says. */
  readonly writesSecrets?: boolean;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
}

export interface AttachOptions {
  readonly cwd?: string;
  readonly env?: ChildEnvironment;
}

export interface DetachOptions extends AttachOptions {
  /** Both streams are appended to this file. */
  readonly outputFile: string;
}

export interface ConverseOptions extends AttachOptions {
  readonly signal?: AbortSignal;
}

/** A program that runs. Whoever starts one sees to its end: by `hangUp`, or by `end`. */
export interface Conversation {
  /** Goes to its input as it is: what is secret in it is in no argument and no log. */
  say(text: string): void;
  /** Its next line; nothing once it says no more. @throws AbortError when `signal` stopped it */
  nextLine(): Promise<string | undefined>;
  /** Ends its input. */
  hangUp(): void;
  /** Ends it at once. */
  end(): void;
  /** No exit code: a signal ended it. */
  readonly ended: Promise<{ readonly exitCode: number | null; readonly stderr: string }>;
}

/** What we use of execa's child; its own type depends on every option. */
interface Child {
  readonly pid?: number | undefined;
  iterable(options: { from: 'stdout' | 'stderr' }): AsyncIterable<unknown>;
}

const TAIL_BYTES = 10 * 1024 * 1024;
/** After an interrupt a child may still finish what it is doing (terraform, packer); only then is it killed. */
const GRACE_MS = 10 * 60 * 1000;

export function createExec(env: Readonly<Record<string, string | undefined>>, programs?: Pick<NamedPrograms, 'of'>): Exec {
  const defaults = passedOnEnv(env);
  return {
    run: (file, argv, options = {}) => startNamed(programs, file, (place) => run(place, argv, { env: defaults, ...options })),
    attach: (file, argv, options = {}) => startNamed(programs, file, (place) => attach(place, argv, { env: defaults, ...options })),
    detach: createDetach(env, programs),
    converse: createConverse(env, programs),
  };
}

async function run(file: string, argv: readonly string[], options: RunOptions): Promise<RunResult> {
  options.signal?.throwIfAborted();
  // A process group of its own: a Ctrl-C at the terminal reaches only us, and we pass on exactly one interrupt.
  const start = (): ReturnType<typeof startChild> => startChild(file, argv, options);
  const child = options.writesSecrets ? asPrivate(start) : start();
  if (child.pid !== undefined) options.onStart?.(child.pid);
  if (options.onLine) streamLines(child, options.onLine);
  const stop = stopper(child, options);
  const result = await child;
  stop.dispose();
  if (options.signal?.aborted) throw abortOf(options.signal, file);
  if (stop.timedOut)
    throw toolError({ file, argv }, { how: `was still running after ${options.timeoutMs} ms`, code: 'tool-timeout' }, result);
  if (result.code === 'ENOENT') {
    throw notFound(file, openEnvironment(options.env)['PATH']);
  }
  const exitCode = result.exitCode;
  if (exitCode !== undefined && (options.accept ?? [0]).includes(exitCode)) {
    return { stdout: String(result.stdout ?? ''), stderr: String(result.stderr ?? ''), exitCode };
  }
  const how =
    exitCode === undefined
      ? result.signal
        ? `was ended by ${result.signal}`
        : reasonOf(result.cause ?? result.message)
      : `exited with ${exitCode}`;
  throw toolError({ file, argv }, { how, code: exitCode === undefined ? 'tool-killed' : 'tool-failed' }, result);
}

function startChild(file: string, argv: readonly string[], options: RunOptions) {
  return execa(file, argv, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: openEnvironment(options.env),
    extendEnv: false,
    detached: true,
    cleanup: false,
    reject: false,
    buffer: options.keepOutput !== false,
    maxBuffer: TAIL_BYTES,
    stripFinalNewline: true,
    ...(options.stdin === undefined ? { stdin: 'ignore' as const } : { input: options.stdin }),
  });
}

/** A child takes over the umask of the moment in which it is made; nothing else of ours happens meanwhile. */
function asPrivate<T>(start: () => T): T {
  const before = process.umask(0o077);
  try {
    return start();
  } finally {
    process.umask(before);
  }
}

function streamLines(child: Child, onLine: (line: string) => void): void {
  for (const from of ['stdout', 'stderr'] as const) {
    void (async () => {
      try {
        for await (const line of child.iterable({ from })) onLine(String(line));
      } catch {
        // The stream ends with the child; how the child ended is reported by the result.
      }
    })();
  }
}

/** Sends one interrupt to the whole group on abort or time-out, and a kill only when the grace is over. */
function stopper(child: Child, options: RunOptions): { timedOut: boolean; dispose(): void } {
  const state = { timedOut: false, dispose: () => {} };
  const timers: NodeJS.Timeout[] = [];
  const stop = (graceMs: number): void => {
    signalGroup(child.pid, 'SIGINT');
    timers.push(setTimeout(() => signalGroup(child.pid, 'SIGKILL'), graceMs));
  };
  const onAbort = (): void => stop(GRACE_MS);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.timeoutMs !== undefined) {
    timers.push(
      setTimeout(() => {
        state.timedOut = true;
        stop(1000);
      }, options.timeoutMs),
    );
  }
  state.dispose = () => {
    options.signal?.removeEventListener('abort', onAbort);
    for (const timer of timers) clearTimeout(timer);
  };
  return state;
}

async function attach(file: string, argv: readonly string[], options: AttachOptions): Promise<number> {
  const result = await execa(file, argv, {
    ...(options.cwd ? { cwd: options.cwd } : {}),
    env: openEnvironment(options.env),
    extendEnv: false,
    stdio: 'inherit',
    reject: false,
  });
  if (result.code === 'ENOENT') {
    throw notFound(file, openEnvironment(options.env)['PATH']);
  }
  return result.exitCode ?? 130;
}
