import { get } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createFaults } from '../../src/scope/faults.js';
import { emulatedCloud, type EmulatedCloud, type Params } from '../../../../test/helpers/emulated-cloud.js';

const vpc: Params = { Name: 'v', 'Network.0': '192.168.0.0/16' };
const vpcs = async (cloud: EmulatedCloud) => (await cloud.ok('DescribeVPC')).TotalCount;
const fault = async (cloud: EmulatedCloud, spec: object) => {
  const { status, body } = await cloud.control('POST', '/faults', spec);
  expect([status, body.error]).toEqual([200, undefined]);
  return body;
};

test('the log of requests says what was asked and answered', async () => {
  const cloud = await emulatedCloud();
  await cloud.ok('DescribeVPC', { Tag: 'x' });
  await cloud.call('DeleteVPC', { VPCId: 'uvnet-none' });
  const { requests } = (await cloud.control('GET', '/requests')).body;
  expect(requests).toMatchObject([
    {
      number: 1,
      action: 'DescribeVPC',
      httpStatus: 200,
      retCode: 0,
      params: { Tag: 'x', Region: 'cn-bj2', Signature: '[redacted]' },
      faults: [],
    },
    { number: 2, action: 'DeleteVPC', retCode: 54002, message: 'The VPC [uvnet-none] not exists' },
  ]);
  expect((await cloud.control('GET', '/requests?action=DeleteVPC')).body.requests).toHaveLength(1);
  expect((await cloud.control('GET', '/requests?after=1')).body.requests).toHaveLength(1);
  await cloud.control('DELETE', '/requests');
  expect((await cloud.control('GET', '/requests')).body.requests).toEqual([]);
});

test('the clock can be read, set, advanced and sped up', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await cloud.control('POST', '/clock', { set: '2030-01-01T00:00:00Z' });
  await cloud.control('POST', '/clock', { advanceSeconds: 90 });
  expect((await cloud.control('GET', '/clock')).body).toEqual({ now: '2030-01-01T00:01:30.000Z', scale: 0 });
  await cloud.control('POST', '/clock', { scale: 10_000 });
  await delay(20);
  expect(Date.parse((await cloud.control('GET', '/clock')).body.now)).toBeGreaterThan(Date.parse('2030-01-01T00:04:00Z'));
});

test('the clock goes back only where there are no resources', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const past = { set: '2020-01-01T00:00:00Z' };
  expect((await cloud.control('POST', '/clock', past)).status).toBe(200);
  await cloud.ok('CreateVPC', vpc);
  cloud.clock.advance(60_000);
  const refused = await cloud.control('POST', '/clock', past);
  expect([refused.status, refused.body.error]).toEqual([409, expect.stringContaining('POST /_emulator/reset first')]);
  expect((await cloud.control('GET', '/clock')).body.now).toBe('2020-01-01T00:01:00.000Z');
  await cloud.control('POST', '/reset');
  expect((await cloud.control('POST', '/clock', past)).status).toBe(200);
});

test('resources can be counted, listed and reset; the first ones come back', async () => {
  const cloud = await emulatedCloud();
  await cloud.ok('CreateVPC', vpc);
  expect((await cloud.control('GET', '/resources')).body.resources).toMatchObject({ vpc: 2, subnet: 1, firewall: 2, host: 0 });
  expect((await cloud.control('GET', '/resources/vpc')).body.resources[1]).toMatchObject({ name: 'v', networks: ['192.168.0.0/16'] });
  await cloud.control('POST', '/reset');
  expect((await cloud.control('GET', '/resources')).body.resources).toMatchObject({ vpc: 0 });
  expect((await cloud.ok('DescribeVPC')).DataSet).toMatchObject([{ VPCType: 'DefaultVPC' }]);
  expect((await cloud.ok('DescribeFirewall')).TotalCount).toBe(2);
});

test.each([
  ['POST', '/faults', { effect: { kind: 'earthquake' } }, 400],
  ['POST', '/faults', { effect: { kind: 'delay', ms: 1 }, often: true }, 400],
  ['POST', '/clock', { set: 'tomorrow' }, 400],
  ['POST', '/clock', { scale: -1 }, 400],
  ['DELETE', '/faults/fault-9', undefined, 404],
  ['GET', '/resources/planet', undefined, 404],
  ['GET', '/resources/setting', undefined, 404],
  ['GET', '/nowhere', undefined, 404],
  ['POST', '/requests', {}, 405],
])('%s %s with %j answers %i', async (method, path, body, status) => {
  const cloud = await emulatedCloud();
  const reply = await cloud.control(method, path, body);
  expect(reply.status).toBe(status);
  expect(reply.body.error).toEqual(expect.any(String));
});

test('the control API lists itself and the actions, and does not answer to web pages', async () => {
  const cloud = await emulatedCloud();
  expect((await cloud.control('GET', '/')).body.routes.length).toBeGreaterThan(10);
  expect((await cloud.control('GET', '/actions')).body.actions).toContainEqual(expect.objectContaining({ name: 'CreateVPC' }));
  const page = await fetch(`${cloud.url}/_emulator/reset`, { method: 'POST', headers: { origin: 'http://evil.example' } });
  expect(page.status).toBe(403);
  // A site whose name leads to this computer: fetch would put the right name in.
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    get(`${cloud.url}/_emulator/resources`, { headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    }).on('error', reject);
  });
  expect(rebound).toBe(403);
});

test('a RetCode strikes by action and count, without an effect', async () => {
  const cloud = await emulatedCloud();
  await fault(cloud, { action: 'CreateVPC', effect: { kind: 'ret-code', code: 153, message: 'throttled' }, count: 2, skip: 1 });
  const codes = [];
  for (let call = 0; call < 5; call++) codes.push((await cloud.call('CreateVPC', vpc)).RetCode);
  expect(codes).toEqual([0, 153, 153, 0, 0]);
  expect(await vpcs(cloud)).toBe(4);
  expect((await cloud.control('GET', '/faults')).body.faults).toMatchObject([{ id: 'fault-1', struck: 2 }]);
});

test('a fault strikes by parameters and probability, and can be taken away', async () => {
  const dice = [0.1, 0.9, 0.1, 0.9];
  const cloud = await emulatedCloud({ faults: createFaults(() => dice.shift() ?? 1) });
  const { id } = await fault(cloud, {
    action: 'Describe*',
    params: { Tag: 'x' },
    effect: { kind: 'ret-code', code: 150 },
    probability: 0.5,
  });
  const codes = [];
  for (let call = 0; call < 4; call++) codes.push((await cloud.call('DescribeVPC', { Tag: 'x' })).RetCode);
  expect(codes).toEqual([150, 0, 150, 0]);
  expect((await cloud.call('DescribeVPC')).RetCode).toBe(0);
  await cloud.control('DELETE', `/faults/${id}`);
  dice.push(0);
  expect((await cloud.call('DescribeVPC', { Tag: 'x' })).RetCode).toBe(0);
});

test('HTTP errors, delays and hangs', async () => {
  const cloud = await emulatedCloud();
  const status = async (signal?: AbortSignal) => (await fetch(`${cloud.url}/?Action=DescribeVPC`, signal ? { signal } : {})).status;
  await fault(cloud, { action: 'DescribeVPC', effect: { kind: 'http-status', status: 503 }, count: 1 });
  expect([await status(), await status()]).toEqual([503, 200]);
  await cloud.control('DELETE', '/faults');
  await fault(cloud, { effect: { kind: 'delay', ms: 200 } });
  const started = performance.now();
  expect((await cloud.call('DescribeVPC')).RetCode).toBe(0);
  expect(performance.now() - started).toBeGreaterThan(190);
  await cloud.control('DELETE', '/faults');
  await fault(cloud, { effect: { kind: 'hang' }, count: 1 });
  await expect(status(AbortSignal.timeout(300))).rejects.toThrow();
  expect((await cloud.call('DescribeVPC')).RetCode).toBe(0);
  expect(
    (await cloud.control('GET', '/requests?action=DescribeVPC')).body.requests.map(({ faults }: { faults: string[] }) => faults),
  ).toEqual([['http-status'], [], ['delay'], ['hang'], []]);
});

test('a connection that is reset after the effect leaves the resource, before it does not', async () => {
  const cloud = await emulatedCloud();
  await fault(cloud, { action: 'CreateVPC', effect: { kind: 'reset', when: 'before' }, count: 1 });
  await expect(cloud.call('CreateVPC', vpc)).rejects.toThrow();
  expect(await vpcs(cloud)).toBe(1);
  await fault(cloud, { action: 'CreateVPC', effect: { kind: 'reset', when: 'after' }, count: 1 });
  await expect(cloud.call('CreateVPC', vpc)).rejects.toThrow();
  expect(await vpcs(cloud)).toBe(2);
});

test('a stale describe answers with the past', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  await vpcs(cloud);
  cloud.clock.advance(10_000);
  const { VPCId } = await cloud.ok('CreateVPC', vpc);
  await fault(cloud, { action: 'DescribeVPC', effect: { kind: 'stale', ms: 5000 } });
  expect((await cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId })).DataSet).toEqual([]);
  cloud.clock.advance(5000);
  expect((await cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId })).DataSet).toHaveLength(1);
});

test('a stale describe shows a host in the state that it had', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const boot = { 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };
  const Password = Buffer.from('Example-12').toString('base64');
  await cloud.ok('CreateUHostInstance', { Zone: cloud.credentials.zone, ImageId, Password, ...boot });
  const state = async () => (await cloud.ok('DescribeUHostInstance')).UHostSet[0].State;
  cloud.clock.advance(60_000);
  expect(await state()).toBe('Running');
  await fault(cloud, { action: 'DescribeUHostInstance', effect: { kind: 'stale', ms: 55_000 } });
  expect(await state()).toBe('Initializing');
  await cloud.control('DELETE', '/faults');
  expect(await state()).toBe('Running');
});

test('quota, stock, foreign holders and failed installations', async () => {
  const cloud = await emulatedCloud({ timeScale: 0 });
  const { zone } = cloud.credentials;
  const ImageId = (await cloud.ok('DescribeImage', { OsType: 'Linux' })).ImageSet[0].ImageId;
  const Password = Buffer.from('Example-12').toString('base64');
  const host = { Zone: zone, ImageId, Password, 'Disks.0.IsBoot': 'true', 'Disks.0.Type': 'CLOUD_SSD', 'Disks.0.Size': 20 };
  await fault(cloud, { effect: { kind: 'quota', resource: 'host', limit: 1 } });
  await fault(cloud, { effect: { kind: 'quota', resource: 'eip', limit: 0 } });
  expect((await cloud.call('CreateUHostInstance', { ...host, MaxCount: 2 })).RetCode).toBe(8095);
  expect((await cloud.call('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 })).RetCode).toBe(4207);
  await fault(cloud, { effect: { kind: 'sold-out', zone, machineType: 'N' } });
  expect((await cloud.call('CreateUHostInstance', host)).RetCode).toBe(8320);
  expect(await cloud.ok('CheckUHostResourceCapacity', { Zone: zone, ImageId })).toMatchObject({ ResourceEnough: false });
  expect(await cloud.ok('CheckUHostResourceCapacity', { Zone: 'cn-bj2-03', ImageId })).toMatchObject({ ResourceEnough: true });
  await cloud.control('DELETE', '/faults');
  await fault(cloud, { action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
  await cloud.ok('CreateUHostInstance', host);
  cloud.clock.advance(3_600_000);
  const { UHostSet } = await cloud.ok('DescribeUHostInstance');
  expect(UHostSet).toMatchObject([{ State: 'Install Fail' }]);
  await cloud.ok('TerminateUHostInstance', { UHostId: UHostSet[0].UHostId });
  const { SubnetId } = (await cloud.ok('DescribeSubnet')).DataSet[0];
  await fault(cloud, { effect: { kind: 'foreign-holder', subnet: SubnetId, resource: 'udb-other', resourceType: 'UDB' } });
  expect((await cloud.ok('DescribeSubnetResource', { SubnetId })).DataSet).toMatchObject([
    { ResourceId: 'udb-other', ResourceType: 'UDB' },
  ]);
  expect((await cloud.call('DeleteSubnet', { SubnetId })).RetCode).toBe(4411);
});
