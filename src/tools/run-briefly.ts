import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text as textOf } from 'node:stream/consumers';
import { abortOf, notFound, signalGroup, toolError } from './child-end.js';
import type { RunResult } from './exec.js';

export interface BriefRun {
  readonly cwd?: string | undefined;
  /** The child's whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: string;
  /** Exit codes that are an answer. */
  readonly accept: readonly number[];
  readonly signal: AbortSignal;
}

/**
 * Runs a program that answers at once, where the wait would be noticed: with Node's own spawn, as loading execa takes longer than
 * such a program does. Interrupted, it is ended without grace.
 * @throws ToolError unless it exits with an accepted code; AbortError when `signal` stopped it
 */
export async function runBriefly(file: string, argv: readonly string[], { signal, cwd, env, stdin, accept }: BriefRun): Promise<RunResult> {
  signal.throwIfAborted();
  // A process group of its own: a Ctrl-C at the terminal reaches only us.
  const child = spawn(file, argv, { ...(cwd === undefined ? {} : { cwd }), env: { ...env }, detached: true, stdio: 'pipe' });
  const stop = (): void => signalGroup(child.pid, 'SIGTERM');
  signal.addEventListener('abort', stop, { once: true });
  try {
    // It may end without having read everything.
    child.stdin.on('error', () => {}).end(stdin);
    const closed = once(child, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
    const [stdout, stderr, [exitCode, killedBy]] = await Promise.all([textOf(child.stdout), textOf(child.stderr), closed]);
    if (signal.aborted) throw abortOf(signal, file);
    if (exitCode !== null && accept.includes(exitCode)) return { stdout: stdout.trimEnd(), stderr: stderr.trimEnd(), exitCode };
    const [how, code] = exitCode === null ? [`was ended by ${killedBy}`, 'tool-killed'] : [`exited with ${exitCode}`, 'tool-failed'];
    throw toolError({ file, argv }, { how, code }, { stdout, stderr });
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ENOENT' ? notFound(file, env['PATH']) : error;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
