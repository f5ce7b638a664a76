import { describe, expect, test } from 'vitest';
import type { UcloudApi } from '../../../../src/clients/ucloud/ucloud-api.js';
import { findOwned } from '../../../../src/ucloud/owned/owned-resources.js';
import { releaseNetwork, type ReleaseRequest } from '../../../../src/ucloud/network/release-network.js';
import { removeNetwork } from '../../../../src/ucloud/network/remove-network.js';
import { emulatedCloud, type EmulatedCloud } from '../../../helpers/emulated-cloud.js';
import { cloudTime, layCluster, ourClient, type LaidCluster } from '../../../helpers/laid-cluster.js';
import { thrown } from '../../../helpers/thrown.js';
import { hintLine } from '../../../helpers/hint-line.js';
import { nomadctl } from '../../../../packages/base/src/hint/hint.js';

interface Scene {
  readonly cloud: EmulatedCloud;
  readonly api: UcloudApi;
  readonly laid: LaidCluster;
  readonly lines: string[];
  readonly request: ReleaseRequest;
  /** When the last host was gone, by the cloud's clock. */
  readonly goneAt: number;
}

/** A cluster whose hosts are gone since just now, in a cloud that keeps their addresses for so many seconds. */
async function scene(leaseSeconds: number): Promise<Scene> {
  const cloud = await emulatedCloud({ timeScale: 0, timings: { addressLease: leaseSeconds * 1000 } });
  const laid = await layCluster(cloud, 'prod');
  for (const UHostId of laid.hosts) await cloud.ok('PoweroffUHostInstance', { UHostId });
  cloud.clock.advance(10_000);
  for (const UHostId of laid.hosts) await cloud.ok('TerminateUHostInstance', { UHostId, ReleaseEIP: true, ReleaseUDisk: true });
  cloud.requests.clear();
  const lines: string[] = [];
  const clock = cloudTime(cloud);
  const request: ReleaseRequest = {
    cluster: 'prod',
    keep: [],
    hosts: [],
    since: clock.now(),
    timeoutMs: 20 * 60_000,
    clock,
    signal: new AbortController().signal,
    line: (text) => void lines.push(text),
    next: nomadctl`down prod --wait-network`,
  };
  return { cloud, api: ourClient(cloud), laid, lines, request, goneAt: clock.now() };
}

async function releaseAndRemove({ api, request }: Scene): Promise<void> {
  await releaseNetwork(api, request);
  await removeNetwork(api, { ...request, log: () => {} });
}

/** Calls of the wait alone: what finds out where it stands before, and what deletes after, is no polling. */
function pollsOf({ cloud }: Scene): number[] {
  const polls = cloud.requests
    .list()
    .filter(({ action, retCode }) => action === 'DescribeSubnetResource' || (action === 'DeleteSubnet' && retCode !== 0));
  return polls.map(({ cloudTime: at }) => Date.parse(at));
}

describe('the network is deleted at most five seconds after the cloud allows it', () => {
  test.each([0, 20, 180, 900])('released after %i s', async (seconds) => {
    const at = await scene(seconds);
    await releaseAndRemove(at);
    const [deleted] = at.cloud.requests
      .list({ action: 'DeleteVPC' })
      .filter(({ retCode }) => retCode === 0)
      .slice(-1);
    const late = Date.parse(deleted?.cloudTime ?? '') - (at.goneAt + seconds * 1000);
    expect(late).toBeGreaterThanOrEqual(0);
    expect(late).toBeLessThanOrEqual(5000);
    const left = await findOwned(at.api, 'prod', { signal: at.request.signal, kinds: ['subnets', 'vpcs'] });
    expect(left).toMatchObject({ subnets: [], vpcs: [] });
  });

  test('with one call every two seconds while it waits', async () => {
    const at = await scene(900);
    await releaseAndRemove(at);
    // The first look at each subnet, and the first try, come at once.
    const polls = pollsOf(at).slice(2);
    const gaps = polls.slice(1).map((poll, index) => poll - (polls[index] ?? 0));
    expect(polls.length).toBeGreaterThan(400);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(2000);
    expect(at.cloud.requests.list().length).toBeLessThanOrEqual(900 / 2 + 20);
  });

  test('also when it is released while nobody could be asked', async () => {
    const at = await scene(20);
    at.cloud.faults.add({ effect: { kind: 'http-status', status: 503 }, action: '*Subnet*', skip: 4, count: 30 });
    await releaseAndRemove(at);
    expect(await at.cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
  });
});

describe('a foreign holder', () => {
  test('is named at once, and nothing is deleted', async () => {
    const at = await scene(600);
    at.cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: at.laid.subnets[1], resource: 'uhost-foreign' } });
    const error = await thrown(() => releaseNetwork(at.api, at.request));
    expect(error).toMatchObject({ code: 'network-foreign-holder', exitCode: 1 });
    expect(error.message).toContain('uhost-foreign');
    expect(hintLine(error.next)).toContain('nomadctl down prod --wait-network');
    expect(at.request.clock.now() - at.goneAt).toBeLessThan(10_000);
    expect(at.cloud.requests.list({ action: 'DeleteSubnet' })).toEqual([]);
  });

  test('that comes while it waits is named within ten seconds', async () => {
    const at = await scene(600);
    let cameAt = 0;
    const error = await thrown(() =>
      releaseNetwork(at.api, {
        ...at.request,
        line: (text) => {
          at.request.line(text);
          if (cameAt > 0 || at.lines.length < 5) return;
          cameAt = at.request.clock.now();
          at.cloud.faults.add({ effect: { kind: 'foreign-holder', subnet: at.laid.subnets[0], resource: 'uhost-late' } });
        },
      }),
    );
    expect(error.message).toContain('uhost-late');
    expect(at.request.clock.now() - cameAt).toBeLessThanOrEqual(10_000);
  });

  test('is no host of the cluster that UCloud still lists', async () => {
    const at = await scene(20);
    at.cloud.faults.add({ effect: { kind: 'stale', ms: 15_000 }, action: 'DescribeSubnetResource', count: 4 });
    await releaseAndRemove(at);
    expect(at.lines.join('\n')).toContain(at.laid.hosts[0]);
    expect(await at.cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
  });
});

test('a lost answer to the delete that counts is found out', async () => {
  const at = await scene(20);
  at.cloud.faults.add({ effect: { kind: 'reset', when: 'after' }, action: 'DeleteSubnet', skip: 2, count: 12 });
  await releaseAndRemove(at);
  expect(await at.cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).toMatchObject({ DataSet: [] });
});

test('patience ends with what was seen last', async () => {
  const at = await scene(3600);
  const error = await thrown(() => releaseNetwork(at.api, { ...at.request, timeoutMs: 60_000 }));
  expect(error).toMatchObject({ code: 'network-wait-timeout' });
  expect(error.why.join()).toContain('4411');
  expect(at.lines.at(-1)).toMatch(/1 m 0 s$/);
});

test('what the user brought is never deleted', async () => {
  const at = await scene(0);
  const keep = [at.laid.vpcs[0], at.laid.subnets[0]];
  await releaseNetwork(at.api, { ...at.request, keep });
  await removeNetwork(at.api, { ...at.request, keep, log: () => {} });
  const { DataSet } = await at.cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' });
  expect(DataSet).toMatchObject([{ VPCId: at.laid.vpcs[0], SubnetCount: 1 }]);
});

test('an interrupt ends the wait', async () => {
  const at = await scene(600);
  const stop = new AbortController();
  const line = (): void => stop.abort(new Error('interrupted here'));
  await expect(releaseNetwork(at.api, { ...at.request, signal: stop.signal, line })).rejects.toThrow('interrupted here');
});
