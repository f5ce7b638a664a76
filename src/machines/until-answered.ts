import type { Context } from '../context.js';
import { mayPass } from './connection-failure.js';

/** A host boots meanwhile: machines of some types take minutes. */
const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 500;

/** Tries until a host answers over SSH. @throws what `attempt` throws: `host-silent` or `host-refused` when patience has run out */
export async function untilAnswered<Result>(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  attempt: () => Promise<Result>,
): Promise<Result> {
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      signal.throwIfAborted();
      if (!mayPass(error) || clock.now() > deadline) throw error;
    }
    await clock.sleep(PAUSE_MS, signal);
  }
}
