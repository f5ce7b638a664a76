import type { Clock } from '@nomadctl/base/clock';
import { isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';

/** Signals a process and waits until it has gone; false when it has not within `waitMs`. */
export async function endProcess(
  target: ProcessIdentity,
  signal: NodeJS.Signals,
  { clock, waitMs }: { clock: Clock; waitMs: number },
): Promise<boolean> {
  const deadline = clock.now() + waitMs;
  try {
    if (isAlive(target)) process.kill(target.pid, signal);
  } catch {
    return !isAlive(target);
  }
  while (isAlive(target)) {
    if (clock.now() > deadline) return false;
    await clock.sleep(10);
  }
  return true;
}
