import { spawn } from 'node:child_process';
import { mkdirSync, openSync, closeSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { identify, isAlive, type ProcessIdentity } from '../../packages/base/src/process-identity.js';
import { programOnPath } from './require-tool.js';

/** Kept from run to run: making the hosts' base image takes longer than all tests with it. */
const DATA = '/var/tmp/nomadctl-test-engine';
const RUN = '/run/nomadctl-test-engine';
const LOG = join(DATA, 'dockerd.log');
const START_MS = 60_000;
const STOP_MS = 30_000;

/**
 * A container engine for the tests, at the place where programs look for one, when this computer has dockerd and none runs.
 * One that runs is used and never touched.
 * @returns what stops it again. @throws Error with the end of its log.
 */
export async function startTestEngine(): Promise<(() => Promise<void>) | undefined> {
  const left = ofEarlierRun();
  if (left !== undefined) {
    own();
    return () => stop(left);
  }
  const dockerd = programOnPath('dockerd');
  if (process.getuid?.() !== 0 || process.env['DOCKER_HOST'] || dockerd === undefined || (await answers())) return undefined;
  mkdirSync(DATA, { recursive: true, mode: 0o700 });
  mkdirSync(RUN, { recursive: true, mode: 0o700 });
  // What the computer has set for an engine of its own is not for this one.
  writeFileSync(join(RUN, 'daemon.json'), '{}\n');
  own();
  const pid = launch(dockerd, [
    ...['--config-file', join(RUN, 'daemon.json'), '--data-root', join(DATA, 'data'), '--exec-root', join(RUN, 'exec')],
    ...['--pidfile', join(RUN, 'pid'), '--shutdown-timeout', '5', '--log-level', 'warn'],
  ]);
  const deadline = Date.now() + START_MS;
  while (!(await answers())) {
    if (isRunning(pid) && Date.now() < deadline) {
      await sleep(100);
      continue;
    }
    await stop(pid);
    throw new Error(`dockerd did not come up:\n${readFileSync(LOG, 'utf8').trim().split('\n').slice(-8).join('\n')}`);
  }
  return () => stop(pid);
}

/** Whether an engine is there for the tests. */
export async function hasEngine(): Promise<boolean> {
  return answers(process.env['DOCKER_HOST']);
}

async function answers(address?: string): Promise<boolean> {
  const engine = connectEngine(address || undefined);
  try {
    // `/_ping` answers with a word, not with JSON.
    await engine.call({ path: '/version', signal: AbortSignal.timeout(10_000) });
    return true;
  } catch {
    return false;
  } finally {
    engine.close();
  }
}

function launch(dockerd: string, argv: readonly string[]): number {
  const log = openSync(LOG, 'w', 0o600);
  try {
    // Of its own session: a Ctrl-C of the tests must not take it away before the containers are removed.
    const child = spawn(dockerd, [...argv], { detached: true, stdio: ['ignore', log, log] });
    child.unref();
    return child.pid ?? 0;
  } finally {
    closeSync(log);
  }
}

/** Another run of tests that begins meanwhile uses the engine, and leaves it to us. */
function own(): void {
  writeFileSync(join(RUN, 'owner.json'), JSON.stringify(identify(process.pid)));
}

/** An engine that tests have started, and were killed before they stopped it. */
function ofEarlierRun(): number | undefined {
  try {
    if (isAlive(JSON.parse(readFileSync(join(RUN, 'owner.json'), 'utf8')) as ProcessIdentity)) return undefined;
    const pid = Number(readFileSync(join(RUN, 'pid'), 'utf8'));
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(RUN) ? pid : undefined;
  } catch {
    return undefined;
  }
}

async function stop(pid: number): Promise<void> {
  if (isRunning(pid)) process.kill(pid, 'SIGTERM');
  const deadline = Date.now() + STOP_MS;
  while (isRunning(pid) && Date.now() < deadline) await sleep(50);
}

function isRunning(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}
