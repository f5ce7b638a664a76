import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { faultSchema } from '../../src/cloud/control-schema.js';
import { readSeed } from '../../src/cloud/read-seed.js';
import { cloudTimings } from '../../src/scope/timings.js';
import { emulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

const page = readFileSync(new URL('../../docs/control.md', import.meta.url), 'utf8');

function block(language: string): string {
  const found = new RegExp(`\`\`\`${language}\n(.*?)\`\`\``, 's').exec(page)?.[1];
  if (found === undefined) throw new Error(`the page has no block of ${language}`);
  return found;
}

test('the lines of the page work as they stand, one after the other', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await cloud.ok('CreateVPC', { Name: 'net', 'Network.0': '10.9.0.0/16' });
  const [first = '', ...lines] = block('sh').trim().split('\n');
  expect(lines.length).toBeGreaterThan(8);
  const before = cloud.clock.now();
  for (const line of lines) {
    const script = `${first.replace('http://127.0.0.1:7780', cloud.url)}\n${line.replace('curl -s', 'curl -s --fail-with-body')}`;
    const { stdout } = await promisify(execFile)('sh', ['-c', script]);
    expect(() => JSON.parse(stdout) as unknown, line).not.toThrow();
  }
  expect(cloud.clock.now() - before).toBeGreaterThanOrEqual(600_000);
  expect(cloud.clock.scale).toBe(60);
  expect((await cloud.control('GET', '/resources')).body.resources.vpc).toBe(0);
});

test('every route is on the page', async () => {
  const cloud = await emulatedCloud();
  const { routes } = (await cloud.control('GET', '/')).body as { routes: { path: string }[] };
  for (const { path } of routes) expect(page).toContain(path.replace('/_emulator', ''));
});

test('every kind of fault is on the page, as it may be written', () => {
  const shown = [...page.matchAll(/^\| `(\{"kind".*?\})`/gm)].map(([, text = '']) => JSON.parse(text) as { kind: string });
  for (const effect of shown) expect(faultSchema.safeParse({ effect }).error).toBeUndefined();
  const source = readFileSync(new URL('../../src/scope/faults.ts', import.meta.url), 'utf8');
  const kinds = new Set([...source.matchAll(/readonly kind: '([\w-]+)'/g)].map(([, kind]) => kind));
  expect(new Set(shown.map(({ kind }) => kind))).toEqual(kinds);
});

test('the seed of the page is one, and says what the page says of it', async () => {
  const path = join(await tempHome(), 'seed.json');
  await writeFile(path, block('json'));
  const { accounts, faults, timings } = await readSeed(path);
  expect([accounts?.length, faults?.length]).toEqual([2, 2]);
  for (const name of Object.keys(cloudTimings)) expect(page).toContain(`\`${name}\``);
  const cloud = await emulatedCloud({ accounts, timings });
  expect(cloud.credentials).toMatchObject({ publicKey: 'operator', projectId: 'org-prod' });
  const auditor = { publicKey: 'auditor', privateKey: 'auditor-secret' };
  const tester = { publicKey: 'tester', privateKey: 'tester-secret' };
  const neighbour = { publicKey: 'neighbour', privateKey: 'neighbour-secret' };
  expect(await cloud.call('DescribeVPC', {}, auditor)).toMatchObject({ RetCode: 0 });
  expect(await cloud.call('DeleteVPC', { VPCId: 'uvnet-1' }, auditor)).toMatchObject({ RetCode: 299 });
  expect(await cloud.call('DescribeVPC', {}, tester)).toMatchObject({ RetCode: 299 });
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-test', Region: 'sg' }, tester)).toMatchObject({ RetCode: 230 });
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-test' }, tester)).toMatchObject({ RetCode: 0 });
  expect(await cloud.call('DescribeVPC', { ProjectId: 'org-prod' }, neighbour)).toMatchObject({ RetCode: 292 });
});
