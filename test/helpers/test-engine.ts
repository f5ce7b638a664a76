import { spawn } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { connectEngine } from '../../packages/ucloud-emulator/src/machines/engine.js';
import { writeFileAtomic } from '../../packages/base/src/atomic-write.js';
import { takeLock } from '../../packages/base/src/file-lock.js';
import { identify, isAlive, type ProcessIdentity } from '../../packages/base/src/process-identity.js';
import { programOnPath } from './require-tool.js';

/** Kept from run to run: making the hosts' base image takes longer than all tests with it. */
const DATA = '/var/tmp/nomadctl-test-engine';
const RUN = '/run/nomadctl-test-engine';
/** A file for each run of tests that uses the engine. */
const USERS = join(RUN, 'users');
const LOG = join(DATA, 'dockerd.log');
const START_MS = 60_000;
const STOP_MS = 30_000;
/**
 * What the engine's containers together may have of the processors, where the same is wanted by others: by default as much as
 * one session of processes. They stand for machines with processors of their own, whose agents answer each other in time.
 */
const SHARES = { '/sys/fs/cgroup/cpu/docker/cpu.shares': 8 * 1024, '/sys/fs/cgroup/docker/cpu.weight': 8 * 100 };

/**
 * A container engine for the tests, at the place where programs look for one, when this computer has dockerd and none runs.
 * One that somebody else runs is used and never touched; one that runs of tests have started is stopped by the last of them.
 * @returns what ends the use of it. @throws Error with the end of its log.
 */
export async function startTestEngine(): Promise<(() => Promise<void>) | undefined> {
  const dockerd = programOnPath('dockerd');
  if (process.getuid?.() !== 0 || process.env['DOCKER_HOST'] || dockerd === undefined) return undefined;
  return inTurn(async () => {
    const left = enginePid();
    if (left === undefined) {
      if (await answers()) return undefined;
      await start(dockerd);
    }
    await writeFileAtomic(userFile(process.pid), JSON.stringify(identify(process.pid)));
    return () => inTurn(leave);
  });
}

async function start(dockerd: string): Promise<void> {
  mkdirSync(DATA, { recursive: true, mode: 0o700 });
  // What the computer has set for an engine of its own is not for this one.
  writeFileSync(join(RUN, 'daemon.json'), '{}\n');
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
  giveShares();
}

/** Where the kernel or the rights do not allow it, the hosts make do with less. */
function giveShares(): void {
  for (const [file, value] of Object.entries(SHARES)) {
    if (!existsSync(join(dirname(file), '../cgroup.procs'))) continue;
    try {
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, String(value));
    } catch (error) {
      process.stderr.write(`containers get no more of the processors: ${String(error)}\n`);
    }
  }
}

/** Stops the engine, unless another run of tests uses it. Runs that were killed do not count. */
async function leave(): Promise<void> {
  rmSync(userFile(process.pid), { force: true });
  const users = readdirSync(USERS).map((name) => JSON.parse(readFileSync(join(USERS, name), 'utf8')) as ProcessIdentity);
  const pid = enginePid();
  if (pid !== undefined && !users.some(isAlive)) await stop(pid);
}

/** Runs that begin or end at the same moment take turns. */
async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  mkdirSync(USERS, { recursive: true, mode: 0o700 });
  const deadline = Date.now() + START_MS + STOP_MS;
  for (;;) {
    const attempt = await takeLock(join(RUN, 'lock'), {});
    if (attempt && 'lock' in attempt) return work().finally(() => attempt.lock.release());
    if (Date.now() > deadline) throw new Error(`another run of tests starts or stops the container engine: ${JSON.stringify(attempt)}`);
    await sleep(100);
  }
}

function userFile(pid: number): string {
  return join(USERS, `${pid}.json`);
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

/** The engine that runs of tests have started, if it is there. */
function enginePid(): number | undefined {
  try {
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
