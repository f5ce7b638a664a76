import { describe, expect, it, test } from 'vitest';
import type { Params } from '../../../../../test/helpers/emulated-cloud.js';
import { balancer, certificate, host, listener, later, stoppedHost } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const METHODS = ['Roundrobin', 'Source', 'ConsistentHash', 'SourcePort', 'ConsistentHashPort', 'WeightRoundrobin', 'Leastconn'];

function create(cloud: DispatchedCloud, ListenType: string, more: Params): number {
  const ULBId = balancer(cloud, { InnerMode: 'Yes', ListenType });
  return cloud.call('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 80, ...more }).RetCode;
}

describe('a listener', () => {
  it.each([
    ['RequestProxy', ['Roundrobin', 'Source', 'WeightRoundrobin', 'Leastconn']],
    ['PacketsTransmit', ['Roundrobin', 'Source', 'ConsistentHash', 'SourcePort', 'ConsistentHashPort', 'WeightRoundrobin']],
  ])('of %s distributes by %j', async (type, methods) => {
    const cloud = await dispatchedCloud();
    expect(METHODS.filter((Method) => create(cloud, type, { Method }) === 0)).toEqual(methods);
  });

  it.each([
    ['RequestProxy', ['HTTP', 'HTTPS', 'TCP', 'UDP']],
    ['PacketsTransmit', ['TCP', 'UDP']],
  ])('of %s speaks %j', async (type, protocols) => {
    const cloud = await dispatchedCloud();
    expect(['HTTP', 'HTTPS', 'TCP', 'UDP'].filter((Protocol) => create(cloud, type, { Protocol }) === 0)).toEqual(protocols);
  });

  it.each([
    ['RequestProxy', [0, 1, 59, 60, 900, 901, 86_400]],
    ['PacketsTransmit', [0, 60, 900]],
  ])('of %s waits for clients for %j seconds', async (type, seconds) => {
    const cloud = await dispatchedCloud();
    const asked = [0, 1, 59, 60, 900, 901, 86_400];
    expect(asked.filter((ClientTimeout) => create(cloud, type, { ClientTimeout }) === 0)).toEqual(seconds);
  });

  it('keeps what a change does not name', async () => {
    const cloud = await dispatchedCloud();
    const at = listener(cloud, { Method: 'Source', Domain: 'example.org' });
    cloud.ok('UpdateVServerAttribute', { ...at, VServerName: 'renamed' });
    expect(cloud.ok('DescribeVServer', at).DataSet).toMatchObject([{ VServerName: 'renamed', Method: 'Source', Domain: 'example.org' }]);
  });
});

test('with a listener go its backends and rules; those of others stay', async () => {
  const cloud = await dispatchedCloud();
  const ResourceId = host(cloud);
  const made = (): { readonly ULBId: string; readonly VServerId: string } => {
    const at = listener(cloud, { Protocol: 'HTTP' });
    const { BackendId } = cloud.ok('AllocateBackend', { ...at, ResourceType: 'UHost', ResourceId });
    cloud.ok('CreatePolicy', { ...at, Match: 'example.org', 'BackendId.0': BackendId });
    return at;
  };
  const [gone, kept] = [made(), made()];
  cloud.ok('DeleteVServer', gone);
  expect([...cloud.store.all('listener')].map(({ id }) => id)).toEqual([kept.VServerId]);
  for (const kind of ['backend', 'lbRule'] as const)
    expect([...cloud.store.all(kind)].map((one) => one.listener)).toEqual([kept.VServerId]);
});

test('a rule forgets a backend that is gone, and a backend tells what became of its host', async () => {
  const cloud = await dispatchedCloud();
  const at = listener(cloud, { Protocol: 'HTTP' });
  const backend = (ResourceId: string): string => cloud.ok('AllocateBackend', { ...at, ResourceType: 'UHost', ResourceId }).BackendId;
  const [UHostId, BackendId, other] = [host(cloud), '', ''].map((_, index) => (index === 0 ? host(cloud) : backend(host(cloud))));
  const own = backend(UHostId ?? '');
  cloud.ok('CreatePolicy', { ...at, Match: 'example.org', 'BackendId.0': BackendId ?? '', 'BackendId.1': own, 'BackendId.2': other ?? '' });
  cloud.ok('ReleaseBackend', { ULBId: at.ULBId, BackendId: BackendId ?? '' });
  const shown = () => cloud.ok('DescribeVServer', at).DataSet[0];
  expect(shown().PolicySet).toMatchObject([{ TotalCount: 2, BackendSet: [{ BackendId: own }, { BackendId: other }] }]);
  const status = () => shown().BackendSet.find((one: Record<string, string>) => one['BackendId'] === own).Status;
  expect(status()).toBe(0);
  cloud.ok('StopUHostInstance', { UHostId: UHostId ?? '' });
  later(cloud);
  expect(status()).toBe(1);
});

test('certificates are named with the listeners that have them', async () => {
  const cloud = await dispatchedCloud();
  const SSLId = certificate(cloud);
  const at = listener(cloud, { Protocol: 'HTTPS' });
  cloud.ok('BindSSL', { ...at, SSLId });
  expect(cloud.ok('DescribeVServer', at).DataSet[0].SSLSet).toEqual([{ SSLId, SSLName: 'cert' }]);
  cloud.ok('UnbindSSL', { ...at, SSLId });
  expect(cloud.ok('DescribeVServer', at).DataSet[0].SSLSet).toEqual([]);
});

test('a rule has only backends of its listener', async () => {
  const cloud = await dispatchedCloud();
  const at = listener(cloud, { Protocol: 'HTTP' });
  const { BackendId } = cloud.ok('AllocateBackend', { ...at, ResourceType: 'UHost', ResourceId: stoppedHost(cloud) });
  const create = (...ids: string[]) =>
    cloud.call('CreatePolicy', { ...at, Match: 'x', ...Object.fromEntries(ids.map((id, index) => [`BackendId.${index}`, id])) });
  expect(create(BackendId, 'backend-gone').Message).toContain('backend-gone is no backend of');
  expect(create(BackendId)).toMatchObject({ RetCode: 0 });
  expect(create()).toMatchObject({ RetCode: 0 });
});
