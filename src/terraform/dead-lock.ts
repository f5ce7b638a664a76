import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs';
import { hostname, userInfo } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../context.js';
import type { RootBackend, StateLock } from './backend.js';
import { runningTerraform } from './running-terraform.js';
import type { Root } from './root.js';

/** Terraform's own session asks Consul for 5 s in which nobody gets the lock after it was taken away. */
const DELAY_MS = 5100;

/**
 * Takes the lock of a terraform away that was killed together with its run, where that can be proved: on this computer, by this root's
 * own record. Anybody else's is left alone; Consul takes it away within 40 s after its holder has gone silent.
 */
export async function breakDeadLock(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  root: Pick<Root, 'folder' | 'processFile' | 'outputFile' | 'backend'>,
  line: (text: string) => void,
): Promise<boolean> {
  const { backend } = root;
  const lock = await backend?.lockHolder();
  return backend !== undefined && lock !== undefined && breakIfDead({ clock, signal }, { root, backend, lock, line });
}

interface Found {
  readonly root: Pick<Root, 'folder' | 'processFile' | 'outputFile'>;
  readonly backend: RootBackend;
  readonly lock: StateLock;
  readonly line: (text: string) => void;
}

/** Whether the lock was a dead run's, and is away. */
export async function breakIfDead(
  { clock, signal }: Pick<Context, 'clock' | 'signal'>,
  { root, backend, lock, line }: Found,
): Promise<boolean> {
  if (!isOfDeadRun(lock, root, backend)) return false;
  line('taking away the lock of a terraform that was killed');
  await backend.breakLock(lock.id);
  if (backend.kind === 'consul') await clock.sleep(DELAY_MS, signal);
  return true;
}

/**
 * The lock names this user and host, was taken while the root's last terraform lived, that one is gone, and no other terraform of this
 * computer works on the same state.
 */
export function isOfDeadRun(lock: StateLock, root: Found['root'], { configuration }: Pick<RootBackend, 'configuration'>): boolean {
  if (process.platform !== 'linux' || lock.who !== `${userInfo().username}@${hostname()}`) return false;
  if (runningTerraform(root) !== undefined) return false;
  const taken = timeOf(lock.created);
  const [from, until] = [modified(root.processFile), modified(root.outputFile)];
  if (Number.isNaN(taken) || from === undefined || until === undefined) return false;
  return taken >= from - CLOCK_MS && taken <= until + CLOCK_MS && !otherTerraforms().some((data) => isSamePlace(data, configuration));
}

/** RFC 3339, or as Go prints a time: `2026-11-21 15:00:00.123456 +0000 UTC`. */
function timeOf(created: string): number {
  const [, day, time] = /^(\S+) (\d\d:\d\d:\d\d)\S* \+0000 UTC$/.exec(created) ?? [];
  return Date.parse(day === undefined ? created : `${day}T${time}Z`);
}

/** What a file system may round a time by. */
const CLOCK_MS = 1000;

function modified(file: string): number | undefined {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return undefined;
  }
}

/** What every terraform that runs here was initialised with; nothing for one that has no backend, or is somebody else's. */
function otherTerraforms(): string[] {
  return readdirSync('/proc').flatMap((pid) => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      if (!/^(terraform|tofu)$/.test(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return [];
      return [readFileSync(join(readlinkSync(`/proc/${pid}/cwd`), '.terraform', 'terraform.tfstate'), 'utf8')];
    } catch {
      return [];
    }
  });
}

/** Every value by which the backend finds the state stands in what it was initialised with. */
function isSamePlace(data: string, configuration: string): boolean {
  const found = /^ {4}(?:path|key|address) = (".*")$/gm;
  return [...configuration.matchAll(found)].every(([, value = '']) => data.includes(value));
}
