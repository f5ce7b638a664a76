import type { Context } from '../context.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import { breakDeadLock } from './dead-lock.js';
import { programsIn, runningTerraform } from './running-terraform.js';
import type { Root } from './root.js';

/** A create of terraform's may take half an hour; it is told to the user all the while. */
const TIMEOUT_MS = 40 * 60_000;
const POLL_MS = 100;
/** What a provider without terraform has asked for already may still be answered. */
const PROVIDER_GRACE_MS = 2000;

/**
 * Waits for a terraform that outlived the run which started it: nothing may be looked up, let alone changed, while it still
 * makes things. A provider whose terraform was killed is ended: what it makes, nobody would know of. A lock in a backend that such
 * a terraform left is taken away.
 * @throws OutcomeError `terraform-busy` when it does not end.
 */
export async function endOfEarlierRun(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  root: Pick<Root, 'folder' | 'processFile' | 'outputFile' | 'backend'>,
  line: (text: string) => void = () => {},
): Promise<void> {
  const startedAt = clock.now();
  for (;;) {
    const earlier = runningTerraform(root);
    if (!earlier) break;
    line(`terraform of an earlier run (process ${earlier.pid}) finishes what it began`);
    if (clock.now() - startedAt > TIMEOUT_MS) throw stillBusy(earlier, root.folder);
    await clock.sleep(POLL_MS, signal);
  }
  const providers = programsIn(root.folder, /^terraform-provi/);
  if (providers.length > 0) await clock.sleep(PROVIDER_GRACE_MS, signal);
  for (const provider of providers) if (isAlive(provider)) process.kill(provider.pid, 'SIGKILL');
  await breakDeadLock({ clock, signal }, root, line);
}

function stillBusy({ pid }: ProcessIdentity, folder: string): OutcomeError {
  return new OutcomeError(`terraform (process ${pid}) is still at work after ${formatDuration(TIMEOUT_MS)}`, {
    code: 'terraform-busy',
    why: `it was started by an earlier run, in ${folder}`,
    next: shell`kill -INT ${pid}`,
  });
}
