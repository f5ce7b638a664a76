import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text as textOf } from 'node:stream/consumers';
import { abortOf, notFound, signalGroup } from './child-end.js';
import type { Conversation, ConverseOptions, Exec } from './exec.js';
import type { NamedPrograms } from './named-program.js';
import { openEnvironment } from './open-environment.js';
import { passedOnEnv } from './passed-on-env.js';
import { startNamed } from './start-named.js';

/** Talks with programs that answer as they are told, by Node's own spawn: what is said next depends on what was answered. */
export function createConverse(env: Readonly<Record<string, string | undefined>>, programs?: Pick<NamedPrograms, 'of'>): Exec['converse'] {
  const defaults = passedOnEnv(env);
  return (file, argv, options) => startNamed(programs, file, (place) => converse(place, argv, { env: defaults, ...options }));
}

async function converse(file: string, argv: readonly string[], options: ConverseOptions): Promise<Conversation> {
  const { signal } = options;
  signal?.throwIfAborted();
  const env = openEnvironment(options.env);
  // A process group of its own: a Ctrl-C at the terminal reaches only us.
  const child = spawn(file, [...argv], { ...(options.cwd ? { cwd: options.cwd } : {}), env, detached: true, stdio: 'pipe' });
  await once(child, 'spawn').catch((error: NodeJS.ErrnoException) => {
    throw error.code === 'ENOENT' ? notFound(file, env['PATH']) : error;
  });
  return conversationWith(child, file, signal);
}

function conversationWith(child: ChildProcessWithoutNullStreams, file: string, signal: AbortSignal | undefined): Conversation {
  const end = (): void => signalGroup(child.pid, 'SIGTERM');
  signal?.addEventListener('abort', end, { once: true });
  const errors = textOf(child.stderr).catch(() => '');
  const ended = once(child, 'close').then(async ([exitCode]) => {
    signal?.removeEventListener('abort', end);
    return { exitCode: exitCode as number | null, stderr: (await errors).trimEnd() };
  });
  // It may end before it has read everything; how it ended says why.
  child.stdin.on('error', () => undefined);
  const lines = createInterface({ input: child.stdout, crlfDelay: Infinity })[Symbol.asyncIterator]();
  return {
    say: (text) => void child.stdin.write(text),
    async nextLine() {
      const { done, value } = await lines.next();
      if (signal?.aborted) throw abortOf(signal, file);
      return done ? undefined : value;
    },
    hangUp: () => void child.stdin.end(),
    end,
    ended,
  };
}
