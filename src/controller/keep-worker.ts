import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import type { Context } from '../context.js';

export interface WorkerProcess {
  readonly file: string;
  readonly argv: readonly string[];
  readonly env?: ChildEnvironment;
  /** What it says, line by line. */
  readonly onLine: (line: string) => void;
  /** It has ended without being told to, and another one is started. */
  readonly onEnd: (error: unknown) => void;
}

/** A worker that cannot start must not be started all the time. */
const PAUSE_MS = 1000;

/**
 * Keeps a process going that does what the service has accepted, so that work never holds up answers. It is in a process group of its
 * own; when the signal aborts it is interrupted once, and waited for.
 */
export async function keepWorker(
  { exec, clock, signal }: Pick<Context, 'exec' | 'clock' | 'signal'>,
  { file, argv, env, onLine, onEnd }: WorkerProcess,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await exec.run(file, argv, { ...(env ? { env } : {}), signal, keepOutput: false, onLine });
      onEnd(new Error('it ended by itself'));
    } catch (error) {
      if (signal.aborted) return;
      onEnd(error);
    }
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}
