import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Emulator } from '../../src/server.js';
import { buildFixture, type BuiltFixture } from '../../../../test/helpers/build-fixture.js';
import { clientOf, emulatedCloud, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

let fixture: BuiltFixture;
beforeAll(async () => {
  fixture = await buildFixture(new URL('../fixtures/emulator-process.ts', import.meta.url));
});
afterAll(() => fixture.remove());

interface Running {
  readonly child: ChildProcess;
  readonly cloud: EmulatedCloud;
}

async function start(dir: string): Promise<Running> {
  const child = spawn(process.execPath, [fixture.path, dir], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(createInterface({ input: child.stdout! }), 'line')) as [string];
  return { child, cloud: clientOf(JSON.parse(line) as Emulator) };
}

async function kill({ child }: Running): Promise<void> {
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

const HOST = {
  Zone: 'cn-bj2-02',
  Password: Buffer.from('Example-12').toString('base64'),
  CPU: 1,
  Memory: 1024,
  MaxCount: 2,
  'Disks.0.IsBoot': 'true',
  'Disks.0.Type': 'CLOUD_SSD',
  'Disks.0.Size': 20,
  'NetworkInterface.0.EIP.Bandwidth': 1,
  'NetworkInterface.0.EIP.OperatorName': 'Bgp',
};
const CREATES = 500;
const CALLERS = 4;

test('kill -9 at random moments of 500 creates: what was answered is there, and nothing half-made', async () => {
  const dir = await tempHome();
  const answered: string[] = [];
  let running = await start(dir);
  let kills = 0;
  const ImageId = (await running.cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  while (answered.length < CREATES) {
    const target = answered.length + 30 + Math.random() * 80;
    const create = async (): Promise<void> => {
      const { cloud } = running;
      for (;;) {
        const { UHostIds } = await cloud.ok('CreateUHostInstance', { ...HOST, ImageId });
        answered.push(...UHostIds);
      }
    };
    const callers = Promise.allSettled(Array.from({ length: CALLERS }, create));
    while (answered.length < target) await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    await kill(running);
    kills++;
    await callers;
    running = await start(dir);
    await check(running.cloud, answered);
  }
  expect(kills).toBeGreaterThanOrEqual(4);
  await kill(running);
});

async function check(cloud: EmulatedCloud, answered: readonly string[]): Promise<void> {
  const all = async (kind: string): Promise<{ id: string; host: string; resource: string; ip: string }[]> =>
    (await cloud.control('GET', `/resources/${kind}`)).body.resources;
  const [hosts, disks, eips] = await Promise.all([all('host'), all('disk'), all('eip')]);
  const ids = new Set(hosts.map(({ id }) => id));
  expect(answered.filter((id) => !ids.has(id))).toEqual([]);
  // Whole: each has its own disk and address, both of them those of one request, and no address is there twice.
  expect(hosts.length % 2).toBe(0);
  expect(new Set(disks.map(({ host }) => host))).toEqual(ids);
  expect(new Set(eips.map(({ resource }) => resource))).toEqual(ids);
  expect([disks.length, eips.length]).toEqual([hosts.length, hosts.length]);
  expect(new Set(hosts.map(({ ip }) => ip)).size).toBe(hosts.length);
  expect(new Set(eips.map(({ ip }) => ip)).size).toBe(eips.length);
}

test('keys, clock and states outlive a restart; time goes on while it is down', async () => {
  const dir = await tempHome();
  const first = await start(dir);
  const ImageId = (await first.cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  await first.cloud.control('POST', '/clock', { set: '2030-01-01T00:00:00Z', scale: 1000 });
  const { UHostIds } = await first.cloud.ok('CreateUHostInstance', { ...HOST, ImageId });
  await kill(first);
  const second = await start(dir);
  expect(second.cloud.credentials).toEqual(first.cloud.credentials);
  const { now, scale } = (await second.cloud.control('GET', '/clock')).body;
  expect(scale).toBe(1000);
  // At least 50 ms passed, and less than a minute.
  expect(Date.parse(now)).toBeGreaterThan(Date.parse('2030-01-01T00:00:50Z'));
  expect(Date.parse(now)).toBeLessThan(Date.parse('2030-01-01T17:00:00Z'));
  expect((await second.cloud.ok('DescribeUHostInstance', { 'UHostIds.0': UHostIds[0] })).UHostSet).toMatchObject([{ State: 'Running' }]);
  await kill(second);
});

test('keys of a role outlive a kill -9, and end when they end', async () => {
  const dir = await tempHome();
  const first = await start(dir);
  const role = { RoleUrn: 'ucs:iam::1:role/x', RoleSessionName: 's' };
  const short = (await first.cloud.ok('AssumeRole', { ...role, DurationSeconds: 900 })).Credentials;
  const { Credentials } = await first.cloud.ok('AssumeRole', { ...role, DurationSeconds: 3600 });
  await kill(first);
  const second = await start(dir);
  const describe = ({ AccessKeyId, AccessKeySecret, SecurityToken }: Record<string, string>) =>
    second.cloud.call('DescribeVPC', { SecurityToken: SecurityToken! }, { publicKey: AccessKeyId!, privateKey: AccessKeySecret! });
  expect([await describe(short), await describe(Credentials)]).toMatchObject([{ RetCode: 0 }, { RetCode: 0 }]);
  await second.cloud.control('POST', '/clock', { advanceSeconds: 901 });
  expect([await describe(short), await describe(Credentials)]).toMatchObject([{ RetCode: 174 }, { RetCode: 0 }]);
  expect(await describe({ ...Credentials, AccessKeyId: short.AccessKeyId })).toMatchObject({ RetCode: 174 });
  // The next one takes the place of what has ended.
  await second.cloud.ok('AssumeRole', role);
  await kill(second);
  const kept = (await readFile(join(dir, 'store.jsonl'), 'utf8')).split('\n').at(-2);
  expect(kept).toContain(`["setting","session/${short.SecurityToken}",null]`);
});

test('ids and addresses are unique under 50 parallel callers', async () => {
  const cloud = await emulatedCloud();
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const answers = await Promise.all(
    Array.from({ length: 50 }, () => Promise.all([1, 2].map(() => cloud.ok('CreateUHostInstance', { ...HOST, ImageId })))),
  );
  const ids = answers.flat().flatMap(({ UHostIds }) => UHostIds);
  const ips = answers.flat().flatMap(({ IPs }) => IPs);
  expect([ids.length, new Set(ids).size, new Set(ips).size]).toEqual([200, 200, 200]);
  await check(cloud, ids);
});

test('passwords are in no file and in no log of requests', async () => {
  const dir = await tempHome();
  const cloud = await emulatedCloud({ dataDir: dir });
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  await cloud.ok('CreateUHostInstance', { ...HOST, ImageId });
  expect(await readFile(join(dir, 'store.jsonl'), 'utf8')).not.toContain(HOST.Password);
  const requests = JSON.stringify((await cloud.control('GET', '/requests')).body);
  expect(requests).toContain('"Password":"[redacted]"');
  expect(requests).not.toContain(HOST.Password);
});
