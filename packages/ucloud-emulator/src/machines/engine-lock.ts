import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { identify, isAlive } from '@nomadctl/base/process-identity';
import { absent } from './engine-failures.js';
import { EngineError, type DockerEngine } from './engine.js';
import { BASE_LABEL, BASE_REPOSITORY, INSTANCE_LABEL } from './names.js';
import { readProgress } from './read-progress.js';
import { makeTar } from './tar.js';

const LOCK_TAG = 'lock';
const LOCK_IMAGE = `${BASE_REPOSITORY}:${LOCK_TAG}`;
const OWNER = `${INSTANCE_LABEL}.owner`;
const RETRY_MS = 500;

/**
 * Does something on an engine that no two emulators shall do at once: names of containers are unique there, so one that
 * never starts is the lock. It names its owner; that of an owner who is gone is removed.
 */
export async function withEngineLock<T>(
  engine: DockerEngine,
  { name, signal, onWait }: { readonly name: string; readonly signal?: AbortSignal | undefined; readonly onWait?: () => void },
  work: () => Promise<T>,
): Promise<T> {
  await makeLockImage(engine);
  for (let told = false; !(await take(engine, name)); told = true) {
    if (!told) onWait?.();
    await delay(RETRY_MS, undefined, { signal });
  }
  try {
    return await work();
  } finally {
    await engine.call({ method: 'DELETE', path: `/containers/${name}` }).catch(() => undefined);
  }
}

async function makeLockImage(engine: DockerEngine): Promise<void> {
  const there = await engine.call({ path: `/images/${LOCK_IMAGE}/json` }).catch(absent);
  if (there) return;
  const tar = makeTar([{ path: 'lock', content: '' }]);
  await readProgress(
    await engine.stream({ method: 'POST', path: '/images/create', query: { fromSrc: '-', repo: BASE_REPOSITORY, tag: LOCK_TAG }, tar }),
  );
}

async function take(engine: DockerEngine, name: string): Promise<boolean> {
  const owner = JSON.stringify({ host: hostname(), ...identify(process.pid) });
  try {
    await engine.call({
      method: 'POST',
      path: '/containers/create',
      query: { name },
      body: { Image: LOCK_IMAGE, Cmd: ['lock'], Labels: { [BASE_LABEL]: 'lock', [OWNER]: owner } },
    });
    return true;
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 409) throw error;
  }
  const held = await engine.call<{ Config: { Labels: Record<string, string> } }>({ path: `/containers/${name}/json` }).catch(absent);
  if (held && isOwnerGone(held.Config.Labels[OWNER] ?? ''))
    await engine.call({ method: 'DELETE', path: `/containers/${name}` }).catch(absent);
  return false;
}

/** Owners on other computers, which share an engine, are never known to be gone. */
function isOwnerGone(label: string): boolean {
  try {
    const { host, pid, started } = JSON.parse(label) as { host: string; pid: number; started: string };
    return host === hostname() && !isAlive({ pid, started });
  } catch {
    return true;
  }
}
