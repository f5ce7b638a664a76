import { readdirSync, readFileSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import type { Context } from '../context.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { shell } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { identify, identityFromStat, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import type { Root } from './root.js';

/** A create of terraform's may take half an hour; it is told to the user all the while. */
const TIMEOUT_MS = 40 * 60_000;
const POLL_MS = 100;
/** What a provider without terraform has asked for already may still be answered. */
const PROVIDER_GRACE_MS = 2000;

/**
 * Waits for a terraform that outlived the run which started it: nothing may be looked up, let alone changed, while it still
 * makes things. A provider whose terraform was killed is ended: what it makes, nobody would know of.
 * @throws OutcomeError `terraform-busy` when it does not end.
 */
export async function endOfEarlierRun(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  root: Pick<Root, 'folder' | 'processFile'>,
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
  if (providers.length === 0) return;
  await clock.sleep(PROVIDER_GRACE_MS, signal);
  for (const provider of providers) if (isAlive(provider)) process.kill(provider.pid, 'SIGKILL');
}

/** Terraform at work in a root, started by whomever. */
export function runningTerraform(root: Pick<Root, 'folder' | 'processFile'>): ProcessIdentity | undefined {
  const recorded = readProcessFile(root.processFile);
  if (recorded && isAlive(recorded)) return recorded;
  return programsIn(root.folder, /^(terraform|tofu)$/)[0];
}

function readProcessFile(path: string): ProcessIdentity | undefined {
  try {
    const [boot = '', stat = ''] = readFileSync(path, 'utf8').split('\n');
    if (boot !== 'ps') return identityFromStat(stat, boot);
    // A process that started after the file was written is a stranger that got the same id.
    const identity = identify(Number(stat));
    return identity && Date.parse(identity.started) <= statSync(path).mtimeMs + 1000 ? identity : undefined;
  } catch {
    return undefined;
  }
}

/** Programs of that name whose working directory a folder is; only Linux tells. The kernel keeps 15 letters of a name. */
function programsIn(folder: string, name: RegExp): ProcessIdentity[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!name.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return [];
      if (readlinkSync(`/proc/${pid}/cwd`) !== realpathSync(folder)) return [];
      return identify(Number(pid)) ?? [];
    } catch {
      // It has ended, or is somebody else's.
      return [];
    }
  });
}

function stillBusy({ pid }: ProcessIdentity, folder: string): OutcomeError {
  return new OutcomeError(`terraform (process ${pid}) is still at work after ${formatDuration(TIMEOUT_MS)}`, {
    code: 'terraform-busy',
    why: `it was started by an earlier run, in ${folder}`,
    next: shell`kill -INT ${pid}`,
  });
}
