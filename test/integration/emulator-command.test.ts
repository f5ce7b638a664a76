import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { command } from '../../src/commands/emulator.js';
import { AbortError } from '../../packages/base/src/errors.js';
import { createTestContext } from '../helpers/test-context.js';
import { tempHome } from '../helpers/temp-home.js';
import { sign } from '../helpers/emulated-cloud.js';
import { canMount, tinyDisk } from '../helpers/tiny-disk.js';

async function run(flags: Record<string, string>, global: { json?: boolean } = {}) {
  const controller = new AbortController();
  const ctx = await createTestContext({ global, overrides: { signal: controller.signal } });
  const done = command.run({ args: {}, flags: { port: '0', ...flags } }, ctx);
  const failed = done.then(
    () => undefined,
    (error: unknown) => error,
  );
  const shown = async (): Promise<string> => {
    for (;;) {
      if (ctx.recorded.results.length > 0) return ctx.recorded.results.join('\n');
      const error = await Promise.race([failed, new Promise((resolve) => setTimeout(resolve, 5))]);
      if (error) throw error;
    }
  };
  return { shown, stop: () => controller.abort(new AbortError('Interrupted', 130)), done, ...ctx.recorded };
}

const exported = (text: string, name: string): string => new RegExp(`export ${name}='(.*)'`).exec(text)?.[1] ?? '';

test('prints lines that work, and Ctrl-C stops it cleanly', async () => {
  const emulator = await run({});
  const text = await emulator.shown();
  const url = /base_url = "(.*)"/.exec(text)?.[1] ?? '';
  const form = {
    Action: 'DescribeVPC',
    PublicKey: exported(text, 'UCLOUD_PUBLIC_KEY'),
    ProjectId: exported(text, 'UCLOUD_PROJECT_ID'),
    Region: exported(text, 'UCLOUD_REGION'),
  };
  const ask = () =>
    fetch(url, { method: 'POST', body: new URLSearchParams({ ...form, Signature: sign(form, exported(text, 'UCLOUD_PRIVATE_KEY')) }) });
  expect(await (await ask()).json()).toMatchObject({ RetCode: 0, TotalCount: 1 });
  emulator.stop();
  expect(await emulator.done).toBeUndefined();
  await expect(ask()).rejects.toThrow();
  expect(emulator.notes).toEqual(['The emulator has stopped']);
  expect(emulator.warnings).toEqual([]);
});

test('--json is one line of JSON', async () => {
  const emulator = await run({}, { json: true });
  expect(JSON.parse(await emulator.shown())).toEqual({
    baseUrl: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    control: expect.stringContaining('/_emulator/'),
    publicKey: expect.any(String),
    privateKey: expect.any(String),
    projectId: expect.stringMatching(/^org-/),
    region: 'cn-bj2',
    zone: 'cn-bj2-02',
  });
  emulator.stop();
  await emulator.done;
});

test('says so when it listens beyond this computer', async () => {
  const emulator = await run({ host: '0.0.0.0' });
  const text = await emulator.shown();
  expect(emulator.warnings).toEqual([expect.stringContaining('It listens beyond this computer')]);
  // Lines for this computer, with an address that a client can connect to.
  const base = /base_url = "(http:\/\/127\.0\.0\.1:\d+)"/.exec(text)?.[1] ?? '';
  expect(await (await fetch(base)).json()).toMatchObject({ RetCode: 160 });
  emulator.stop();
  await emulator.done;
});

test('an empty host, of a variable that is not set, opens it to nobody', async () => {
  const emulator = await run({ host: '' });
  expect(await emulator.shown()).toContain('http://127.0.0.1:');
  expect(emulator.warnings).toEqual([]);
  emulator.stop();
  await emulator.done;
});

test('an address that is not of this computer is refused by name', async () => {
  await expect((await run({ host: '203.0.113.9' })).done).rejects.toMatchObject({
    code: 'emulator-host',
    next: 'nomadctl emulator --host 127.0.0.1',
  });
});

test('a store that is no file is refused by name', async () => {
  const data = await tempHome();
  await mkdir(join(data, 'store.jsonl'));
  await expect((await run({ data })).done).rejects.toMatchObject({
    code: 'emulator-data-not-writable',
    message: expect.stringContaining(data),
  });
});

test.skipIf(!canMount)(
  'a full disk refuses what it can not keep, says why without a stack, and goes on with what was answered',
  async () => {
    const { path } = await tinyDisk();
    const emulator = await run({ data: path }, { json: true });
    const { baseUrl, ...keys } = JSON.parse(await emulator.shown()) as Record<string, string>;
    const call = async (action: string, params: Record<string, string> = {}) => {
      const form = { Action: action, PublicKey: keys['publicKey']!, Region: 'cn-bj2', ...params };
      const body = new URLSearchParams({ ...form, Signature: sign(form, keys['privateKey']!) });
      return (await (await fetch(baseUrl!, { method: 'POST', body })).json()) as Record<string, unknown>;
    };
    const vpc = { Name: 'x'.repeat(60), 'Network.0': '10.9.0.0/16', Remark: 'y'.repeat(250) };
    let answered = 0;
    let answer = await call('CreateVPC', vpc);
    for (; answer['RetCode'] === 0; answer = await call('CreateVPC', vpc)) answered++;
    expect(answer).toMatchObject({ RetCode: 150, Message: expect.stringMatching(/^Cannot keep the emulator's store in .*ENOSPC/) });
    expect(await call('DescribeVPC')).toMatchObject({ RetCode: 0, TotalCount: answered + 1 });
    const clock = await fetch(`${baseUrl}/_emulator/clock`, { method: 'POST', body: '{"advanceSeconds": 60}' });
    expect([clock.status, await clock.text()]).toEqual([503, expect.stringContaining('ENOSPC')]);
    expect(emulator.warnings[0]).toMatch(/^The emulator failed: Cannot keep .*ENOSPC/);
    expect(emulator.warnings[0]).not.toContain('    at ');
    emulator.stop();
    await emulator.done;
  },
);

test('a seed brings accounts, timings and faults; a wrong one is explained', async () => {
  const path = join(await tempHome(), 'seed.json');
  const keys = [{ publicKey: 'pub', privateKey: 'priv' }];
  await writeFile(
    path,
    JSON.stringify({
      accounts: [{ name: 'a', projects: [{ id: 'org-a', name: 'A' }], keys }],
      timings: { stop: 1 },
      faults: [{ effect: { kind: 'delay', ms: 1 } }],
    }),
  );
  const emulator = await run({ seed: path });
  const text = await emulator.shown();
  expect([exported(text, 'UCLOUD_PUBLIC_KEY'), exported(text, 'UCLOUD_PROJECT_ID')]).toEqual(['pub', 'org-a']);
  const control = /(http:\S+\/_emulator\/)/.exec(text)?.[1] ?? '';
  expect(await (await fetch(`${control}faults`)).json()).toMatchObject({ faults: [{ effect: { kind: 'delay' } }] });
  emulator.stop();
  await emulator.done;
  await writeFile(
    path,
    JSON.stringify({
      accounts: [{ name: 'a', projects: [{ id: 'A B', name: 'A' }], keys: [{ ...keys[0], regions: ['cn-xx9'] }] }],
      timing: {},
    }),
  );
  await expect((await run({ seed: path })).done).rejects.toMatchObject({
    code: 'emulator-seed',
    why: [expect.stringContaining('projects.0.id'), expect.stringContaining('regions.0'), expect.stringContaining('timing')],
  });
  const project = { id: 'org-a', name: 'A' };
  const shared = { name: 'b', projects: [project], keys: [{ ...keys[0], projects: ['org-z'] }] };
  await writeFile(path, JSON.stringify({ accounts: [{ name: 'a', projects: [project], keys }, shared] }));
  await expect((await run({ seed: path })).done).rejects.toMatchObject({
    why: expect.arrayContaining([expect.stringContaining('accounts.1.keys.0.projects: org-z is no project of this account')]),
  });
  await writeFile(
    path,
    JSON.stringify({
      accounts: [
        { name: 'a', projects: [project], keys },
        { ...shared, keys },
      ],
    }),
  );
  await expect((await run({ seed: path })).done).rejects.toMatchObject({
    why: ['accounts: the public key pub is there twice', 'accounts: the project org-a is there twice'],
  });
  await writeFile(path, 'no');
  await expect((await run({ seed: path })).done).rejects.toThrow('is not JSON');
});

test.each([
  [{ port: 'http' }, '--port must be a number from 0 to 65535 (got "http")'],
  [{ port: '70000' }, '--port'],
  [{ timeScale: 'fast' }, '--time-scale must be a number'],
])('%j is refused', async (flags, message) => {
  await expect((await run(flags)).done).rejects.toThrow(message);
});

test('a store of another version is refused by name', async () => {
  const data = await tempHome();
  await writeFile(join(data, 'store.jsonl'), '{"format":"nomadctl-emulator-store","version":7}\n');
  await expect((await run({ data })).done).rejects.toMatchObject({
    code: 'emulator-store-incompatible',
    message: expect.stringContaining(join(data, 'store.jsonl')),
  });
});
