import type { Clock } from '@nomadctl/base/clock';
import { transientProblem } from './transient-problem.js';

interface RetryOptions {
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log?: (text: string) => void;
}

const ATTEMPTS = 6;
const PAUSE_MS = 1000;

/**
 * Retries a read after growing pauses: a transient failure of the service must not end a `down` in the middle. For reads
 * only; the client below has retries of its own.
 * @throws the last failure after six attempts; a permanent one at once.
 */
export async function retryRead<T>(ask: () => Promise<T>, { clock, signal, log = () => {} }: RetryOptions): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      const problem = transientProblem(error);
      if (attempt === ATTEMPTS) throw error;
      log(`asking again: ${problem}`);
      await clock.sleep(PAUSE_MS * attempt, signal);
    }
  }
}
