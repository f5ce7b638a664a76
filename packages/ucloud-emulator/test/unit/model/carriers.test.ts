import { expect, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import {
  balancer,
  certificate,
  disk,
  eip,
  first,
  firewall,
  host,
  image,
  listener,
  natGateway,
  routeTable,
  snapshot,
  subnet,
  vpc,
} from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const STAGE = { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'test' };
const OWNER = { 'Labels.0.Key': 'owner', 'Labels.0.Value': 'me' };
const BOTH = { ...STAGE, 'Labels.1.Key': 'owner', 'Labels.1.Value': 'me' };

const resources = (...ids: readonly string[]): Params => Object.fromEntries(ids.map((id, index) => [`ResourceIds.${index}`, id]));
const carriers = (cloud: DispatchedCloud, labels: Params): string[] =>
  cloud.ok('ListResourcesByLabels', { ...labels, Limit: 100 }).Resources.map((one: Record<string, string>) => one['ResourceId']);

/** One resource of each kind, by the kind's prefix. */
const parts: Readonly<Record<string, (cloud: DispatchedCloud) => string>> = {
  uvnet: vpc,
  subnet: (cloud) => subnet(cloud, vpc(cloud)),
  vip: (cloud) => cloud.ok('AllocateVIP', { VPCId: first(cloud, 'VPC'), SubnetId: first(cloud, 'Subnet') }).VIPSet[0].VIPId,
  rtb: (cloud) => routeTable(cloud, vpc(cloud)),
  natgw: (cloud) => natGateway(cloud, first(cloud, 'Subnet')),
  firewall,
  ig: (cloud) => cloud.ok('CreateIsolationGroup', { GroupName: 'apart' }).GroupId,
  uhost: host,
  ukp: (cloud) => cloud.ok('CreateUHostKeyPair', { KeyPairName: 'mine' }).KeyPair.KeyPairId,
  bsm: disk,
  bsSnap: snapshot,
  uimage: image,
  eip,
  bwshare: (cloud) => cloud.ok('AllocateShareBandwidth', { Name: 'shared', ShareBandwidth: 20 }).ShareBandwidthId,
  ulb: balancer,
  ssl: certificate,
};

test.each(Object.entries(parts))('a %s takes labels, and one that is not there is missed as what it is', async (prefix, make) => {
  const cloud = await dispatchedCloud();
  cloud.ok('CreateLabels', STAGE);
  const id = make(cloud);
  expect(id.split('-')[0]).toBe(prefix);
  cloud.ok('BindLabels', { ...STAGE, ...resources(id) });
  expect(carriers(cloud, STAGE)).toEqual([id]);
  expect(cloud.call('BindLabels', { ...STAGE, ...resources(`${prefix}-gone`) }).Message).toMatch(/^The .+ \[\w+-gone\] not exists$/);
});

test('parts of other resources take none', async () => {
  const cloud = await dispatchedCloud();
  cloud.ok('CreateLabels', STAGE);
  const { VServerId } = listener(cloud);
  expect(cloud.call('BindLabels', { ...STAGE, ...resources(VServerId) })).toMatchObject({ RetCode: 230 });
  expect(cloud.call('BindLabels', { ...STAGE, ...resources(disk(cloud), VServerId) })).toMatchObject({ RetCode: 230 });
  expect(carriers(cloud, STAGE)).toEqual([]);
});

test('a resource carries several labels, each once; those that are asked for are carried all', async () => {
  const cloud = await dispatchedCloud();
  for (const label of [STAGE, OWNER]) cloud.ok('CreateLabels', label);
  const [one, two, three] = [disk(cloud), disk(cloud), disk(cloud)];
  cloud.ok('BindLabels', { ...STAGE, ...resources(one, two) });
  cloud.ok('BindLabels', { ...STAGE, ...resources(two, one) });
  cloud.ok('BindLabels', { ...OWNER, ...resources(two, three) });
  expect([carriers(cloud, STAGE), carriers(cloud, OWNER), carriers(cloud, BOTH)]).toEqual([[one, two], [two, three], [two]]);
  expect(carriers(cloud, { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'me' })).toEqual([]);
  expect(carriers(cloud, { ...STAGE, 'Labels.1.Key': 'owner', 'Labels.1.Value': 'you' })).toEqual([]);
});

test('a label is a key with a value: either may be there twice', async () => {
  const cloud = await dispatchedCloud();
  for (const label of [STAGE, { 'Labels.0.Key': 'stage', 'Labels.0.Value': 'me' }, OWNER]) cloud.ok('CreateLabels', label);
  expect(cloud.call('CreateLabels', OWNER)).toMatchObject({ RetCode: 58001 });
  expect(cloud.ok('ListLabels', { Category: 'custom' }).Labels).toHaveLength(3);
});

test('lists of labels are of ten unless more are asked for', async () => {
  const cloud = await dispatchedCloud();
  for (let index = 0; index < 12; index++) cloud.ok('CreateLabels', { 'Labels.0.Key': 'number', 'Labels.0.Value': String(index) });
  const count = (more: Params): number => cloud.ok('ListLabels', { Category: 'custom', ...more }).Labels.length;
  expect([count({}), count({ Limit: 100 }), count({ Offset: 10 })]).toEqual([10, 12, 2]);
});
