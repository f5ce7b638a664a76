import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureSecret, keepSecrets, readSecrets, writeSecrets } from '../../../src/config/secrets.js';
import { ConfigError } from '../../../packages/base/src/errors.js';
import { buildFixture, type BuiltFixture } from '../../helpers/build-fixture.js';
import { hintLine } from '../../helpers/hint-line.js';
import { openAll, secretOf } from '../../helpers/secret-values.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

async function clusterPaths() {
  const ctx = await createTestContext();
  return { ctx, paths: ctx.paths.cluster('prod') };
}

const NAMES = ['ucloudPublicKey', 'ucloudPrivateKey', 'rootPassword'] as const;

it('keeps what is added, for the owner alone', async () => {
  const { ctx, paths } = await clusterPaths();
  expect(await readSecrets(paths, NAMES, ctx)).toEqual({});
  await writeSecrets(paths, { ucloudPublicKey: secretOf('public'), ucloudPrivateKey: secretOf('the-private-key') }, ctx);
  await writeSecrets(paths, { rootPassword: secretOf('Some-Passw0rd') }, ctx);
  const all = { ucloudPublicKey: 'public', ucloudPrivateKey: 'the-private-key', rootPassword: 'Some-Passw0rd' };
  expect(openAll(await readSecrets(paths, NAMES, ctx))).toEqual(all);
  expect(JSON.parse(await readFile(paths.secrets, 'utf8'))).toEqual(all);
  expect((await stat(paths.secrets)).mode & 0o777).toBe(0o600);
  expect((await stat(paths.dir)).mode & 0o777).toBe(0o700);
  expect(await readdir(paths.dir)).toEqual(['secrets.json']);
});

it('reads the file of an earlier release, and keeps it to its owner when it is written', async () => {
  const { ctx, paths } = await clusterPaths();
  const earlier = { ucloudPublicKey: 'public', ucloudPrivateKey: 'the-private-key', rootPassword: 'Some-Passw0rd' };
  await mkdir(paths.dir, { recursive: true });
  await writeFile(paths.secrets, `${JSON.stringify(earlier, null, 2)}\n`, { mode: 0o600 });
  expect(openAll(await readSecrets(paths, NAMES, ctx))).toEqual(earlier);
  await writeSecrets(paths, { rootPassword: secretOf('Another-1') }, ctx);
  expect((await stat(paths.secrets)).mode & 0o777).toBe(0o600);
});

it('hands out what was asked for, and leaves alone what it does not know', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { gossipKey: secretOf('of-a-later-release'), rootPassword: secretOf('Some-Passw0rd') }, ctx);
  expect(Object.keys(await readSecrets(paths, NAMES, ctx))).toEqual(['rootPassword']);
  await writeSecrets(paths, { ucloudPublicKey: secretOf('public') }, ctx);
  expect(openAll(await readSecrets(paths, ['gossipKey'], ctx))).toEqual({ gossipKey: 'of-a-later-release' });
});

it('does not touch the file when nothing changes', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { rootPassword: secretOf('Some-Passw0rd') }, ctx);
  const { ino } = await stat(paths.secrets);
  await writeSecrets(paths, { rootPassword: secretOf('Some-Passw0rd') }, ctx);
  expect((await stat(paths.secrets)).ino).toBe(ino);
});

it('writes what is new also beside what was there already', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { ucloudPublicKey: secretOf('public') }, ctx);
  await writeSecrets(paths, { ucloudPublicKey: secretOf('public'), rootPassword: secretOf('Some-Passw0rd') }, ctx);
  expect(openAll(await readSecrets(paths, NAMES, ctx))).toEqual({ ucloudPublicKey: 'public', rootPassword: 'Some-Passw0rd' });
});

it('takes an empty value for none', async () => {
  const { ctx, paths } = await clusterPaths();
  await mkdir(paths.dir, { recursive: true });
  await writeFile(paths.secrets, '{"ucloudPublicKey": "", "rootPassword": "Some-Passw0rd"}', { mode: 0o600 });
  expect(Object.keys(await readSecrets(paths, NAMES, ctx))).toEqual(['rootPassword']);
});

it('forgets a file whole, whatever became of it', async () => {
  const { ctx, paths } = await clusterPaths();
  await mkdir(paths.dir, { recursive: true });
  await writeFile(paths.secrets, '{"ucloudPrivateKey": "half');
  await keepSecrets(paths, [], ctx);
  expect(await readdir(paths.dir)).toEqual([]);
});

it('hides from output all that is in the file, asked for or not', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { ucloudPrivateKey: secretOf('the-private-key') }, ctx);
  const other = await createTestContext({ home: ctx.paths.home });
  await readSecrets(paths, ['rootPassword'], other);
  expect(other.redact('x the-private-key')).toBe('x [redacted]');
});

it('makes a secret once, whoever asks', async () => {
  const { ctx, paths } = await clusterPaths();
  let made = 0;
  const make = () => secretOf(`made-${++made}`);
  const got = await Promise.all(Array.from({ length: 5 }, () => ensureSecret(paths, { name: 'gossipKey', make }, ctx)));
  expect(new Set(got.map((secret) => openAll({ secret })['secret']))).toEqual(new Set(['made-1']));
  expect(openAll(await readSecrets(paths, ['gossipKey'], ctx))).toEqual({ gossipKey: 'made-1' });
});

it('forgets all but some, and then the file', async () => {
  const { ctx, paths } = await clusterPaths();
  await keepSecrets(paths, ['ucloudPublicKey'], ctx);
  await writeSecrets(paths, { ucloudPublicKey: secretOf('public'), rootPassword: secretOf('Some-Passw0rd') }, ctx);
  await keepSecrets(paths, ['ucloudPublicKey'], ctx);
  expect(JSON.parse(await readFile(paths.secrets, 'utf8'))).toEqual({ ucloudPublicKey: 'public' });
  await keepSecrets(paths, [], ctx);
  expect(await readdir(paths.dir)).toEqual([]);
});

it.each([
  ['{"ucloudPrivateKey": "half-a-secr', 'it is not whole JSON'],
  ['[]', 'it is not a JSON object'],
  ['null', 'it is not a JSON object'],
  ['"half-a-secret"', 'it is not a JSON object'],
  ['{"rootPassword": "fine", "ucloudPrivateKey": ["half-a-secret"]}', 'ucloudPrivateKey is not text'],
])('refuses %j without quoting it', async (content, why) => {
  const { ctx, paths } = await clusterPaths();
  await mkdir(paths.dir, { recursive: true });
  await writeFile(paths.secrets, content, { mode: 0o600 });
  for (const attempt of [
    () => readSecrets(paths, NAMES, ctx),
    () => writeSecrets(paths, { rootPassword: secretOf('Another-1') }, ctx),
    () => ensureSecret(paths, { name: 'rootPassword', make: () => secretOf('Another-1') }, ctx),
    () => keepSecrets(paths, ['rootPassword'], ctx),
  ]) {
    const error = await thrown(attempt);
    expect(error).toBeInstanceOf(ConfigError);
    expect(error).toMatchObject({ code: 'secrets-invalid', why: [why] });
    const without = `mv ${paths.secrets} ${paths.secrets}.broken && nomadctl up`;
    expect(hintLine(error.next)).toEqual(`put it back from where it was kept, or do without it: ${without}`);
    expect([error.message, ...error.why].join()).not.toContain('half-a');
  }
  expect(await readFile(paths.secrets, 'utf8')).toBe(content);
});

it('refuses a file that others can read, until they cannot', async () => {
  const { ctx, paths } = await clusterPaths();
  await writeSecrets(paths, { rootPassword: secretOf('Some-Passw0rd') }, ctx);
  for (const mode of [0o640, 0o604, 0o660]) {
    await chmod(paths.secrets, mode);
    const error = await thrown(() => readSecrets(paths, NAMES, ctx));
    expect(error).toMatchObject({ code: 'secrets-exposed', exitCode: 2, message: expect.stringContaining(`0${mode.toString(8)}`) });
    expect(hintLine(error.next)).toMatch(new RegExp(`^chmod 600 ${paths.secrets} && `));
  }
  await chmod(paths.secrets, 0o400);
  expect(openAll(await readSecrets(paths, ['rootPassword'], ctx))).toEqual({ rootPassword: 'Some-Passw0rd' });
});

it('says of a file that cannot be read that it is there', async () => {
  const { ctx, paths } = await clusterPaths();
  await mkdir(paths.secrets, { recursive: true });
  expect(await thrown(() => readSecrets(paths, NAMES, ctx))).toMatchObject({ code: 'secrets-unreadable', next: `ls -ld ${paths.secrets}` });
});

describe('writers at the same time', () => {
  let writer: BuiltFixture;
  beforeAll(async () => {
    writer = await buildFixture('secret-writer');
  });
  afterAll(() => writer.remove());

  function start(path: string, name: string, count: number) {
    const child = spawn(process.execPath, [writer.path, path, name, String(count)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    const kept = once(child, 'close').then(() => said.split('\n').filter(Boolean));
    return { child, kept, keptSoFar: () => said.split('\n').length - 1 };
  }

  it('lose nothing of each other', async () => {
    const { ctx, paths } = await clusterPaths();
    const kept = (await Promise.all(['a', 'b', 'c'].map((name) => start(paths.secrets, name, 15).kept))).flat();
    expect(kept).toHaveLength(45);
    expect(Object.keys(await readSecrets(paths, kept, ctx)).sort()).toEqual([...kept].sort());
    expect(await readdir(paths.dir)).toEqual(['secrets.json']);
  });

  it('lose nothing that was kept when one is killed in the middle, and leave no copy about', async () => {
    const { ctx, paths } = await clusterPaths();
    const kept: string[] = [];
    for (let round = 0; round < 8; round++) {
      const { child, kept: said, keptSoFar } = start(paths.secrets, `round${round}`, 10_000);
      const from = Date.now();
      while (keptSoFar() < 3 && Date.now() - from < 20_000) await new Promise((resolve) => setTimeout(resolve, 5));
      // A moment that differs from round to round: some are in the middle of a write.
      await new Promise((resolve) => setTimeout(resolve, round * 3));
      child.kill('SIGKILL');
      kept.push(...(await said));
    }
    expect(kept.length).toBeGreaterThanOrEqual(24);
    const all = openAll(await readSecrets(paths, kept, ctx));
    expect(all).toEqual(Object.fromEntries(kept.map((name) => [name, `value of ${name}`])));
    await writeSecrets(paths, { last: secretOf('one-more') }, ctx);
    expect(await readdir(paths.dir)).toEqual(['secrets.json']);
    expect((await stat(paths.secrets)).mode & 0o777).toBe(0o600);
  });
});
