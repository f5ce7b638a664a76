import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.js';

/** A real S3-compatible store, versitygw over a folder, with one bucket. */
export interface TestObjectStore {
  readonly url: string;
  readonly bucket: string;
  /** What lets terraform and nomadctl in. */
  readonly env: Readonly<Record<string, string>>;
  /** The folder that the bucket is: keys are paths. */
  readonly folder: string;
  end(): Promise<void>;
}

const program = fileURLToPath(new URL('../fixtures/versitygw/dist/versitygw', import.meta.url));

/** Whether it is there; `NOMADCTL_REQUIRE=versitygw` makes its absence a failure. */
export function hasObjectStore(): boolean {
  if (existsSync(program)) return true;
  if ((process.env['NOMADCTL_REQUIRE'] ?? '').split(',').includes('versitygw'))
    throw new Error(`${program} is not there: scripts/ci-setup.mjs`);
  return false;
}

export async function startObjectStore(): Promise<TestObjectStore> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-objects-')));
  const [bucket, keys] = ['states', { ROOT_ACCESS_KEY: 'tester', ROOT_SECRET_KEY: 'tester-secret-1' }];
  const folder = join(dir, 'data', bucket);
  mkdirSync(folder, { recursive: true });
  mkdirSync(join(dir, 'side'));
  const [port = 0] = await freePorts(1);
  const log = openSync(join(dir, 'log'), 'w');
  const words = ['--port', `127.0.0.1:${port}`, '--quiet', 'posix', '--sidecar', join(dir, 'side'), join(dir, 'data')];
  const child = spawn(program, words, { stdio: ['ignore', log, log], env: { ...process.env, ...keys } });
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(dir, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${port}`;
  for (const deadline = Date.now() + 60_000; ; await sleep(50)) {
    const answers = await fetch(url).then(
      () => true,
      () => false,
    );
    if (answers) break;
    if (Date.now() < deadline && child.exitCode === null) continue;
    const said = readFileSync(join(dir, 'log'), 'utf8').slice(-2000);
    await end();
    throw new Error(`versitygw did not come up\n${said}`);
  }
  const env = { AWS_ACCESS_KEY_ID: keys.ROOT_ACCESS_KEY, AWS_SECRET_ACCESS_KEY: keys.ROOT_SECRET_KEY };
  return { url, bucket, env, folder, end };
}
