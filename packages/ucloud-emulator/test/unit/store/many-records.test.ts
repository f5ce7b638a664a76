import { expect, test } from 'vitest';
import { tempHome } from '../../../../../test/helpers/temp-home.js';
import { hostParams, later } from '../../helpers/cloud-parts.js';
import { dispatchedCloud, type DispatchedCloud } from '../../helpers/dispatched-cloud.js';

const HOSTS = 2000;

function fill(cloud: DispatchedCloud): string[] {
  const asked = { ...hostParams(cloud), 'NetworkInterface.0.EIP.Bandwidth': 1, 'NetworkInterface.0.EIP.OperatorName': 'Bgp' };
  return Array.from({ length: HOSTS / 100 }, (_, round) =>
    cloud.ok('CreateUHostInstance', { ...asked, MaxCount: 100, Tag: `tag-${round % 4}`, Zone: round % 2 === 0 ? cloud.zone : 'cn-bj2-03' }),
  ).flatMap(({ UHostIds }) => UHostIds);
}

function pages(cloud: DispatchedCloud, params = {}): string[] {
  const ids: string[] = [];
  for (;;) {
    const { TotalCount, UHostSet } = cloud.ok('DescribeUHostInstance', { ...params, Limit: 100, Offset: ids.length });
    ids.push(...UHostSet.map(({ UHostId }: { UHostId: string }) => UHostId));
    if (UHostSet.length < 100) {
      expect(ids).toHaveLength(TotalCount);
      return ids;
    }
  }
}

test('with many hosts every page is right, whatever is asked for, and after a restart', async () => {
  const dataDir = await tempHome();
  const opened = await dispatchedCloud({ dataDir });
  const made = fill(opened);
  later(opened);
  // Some leave from the middle, and some change.
  const gone = made.filter((_, index) => index % 97 === 5);
  for (const UHostId of gone) {
    opened.ok('PoweroffUHostInstance', { UHostId, ...(await zoneOf(opened, UHostId)) });
    opened.clock.advance(2000);
    opened.ok('TerminateUHostInstance', { UHostId, ReleaseEIP: 'true', ReleaseUDisk: 'true' });
  }
  const moved = made.filter((id, index) => index % 101 === 7 && !gone.includes(id));
  for (const UHostId of moved) opened.ok('ModifyUHostInstanceTag', { UHostId, Tag: 'moved' });
  const left = made.filter((id) => !gone.includes(id));
  const check = (cloud: DispatchedCloud): void => {
    expect(pages(cloud)).toEqual(left);
    expect(pages(cloud, { Tag: 'moved' })).toEqual(moved);
    const wanted = left.filter((id) => Math.floor(made.indexOf(id) / 100) % 4 === 1 && !moved.includes(id));
    expect(pages(cloud, { Tag: 'tag-1' })).toEqual(wanted);
    expect(pages(cloud, { Tag: 'tag-1', Zone: 'cn-bj2-03' })).toEqual(wanted);
    expect(pages(cloud, { Tag: 'tag-1', Zone: 'cn-bj2-02' })).toEqual([]);
    expect(pages(cloud, { VPCId: 'uvnet-gone' })).toEqual([]);
    const [subnet] = cloud.ok('DescribeSubnet', { ShowAvailableIPs: 'true' }).DataSet;
    expect(pages(cloud, { SubnetId: subnet.SubnetId })).toEqual(left);
    expect(cloud.ok('DescribeSubnetResource', { SubnetId: subnet.SubnetId, Offset: left.length - 1 })).toMatchObject({
      TotalCount: left.length,
      DataSet: [{ ResourceId: left.at(-1) }],
    });
    // Those of hosts that are gone are leased still.
    expect(subnet.AvailableIPs).toBe(2 ** 16 - 4 - made.length);
    const eips = cloud.ok('DescribeEIP', { Limit: 10_000 });
    expect([eips['TotalCount'], eips['TotalBandwidth'], eips['UnbindCount']]).toEqual([left.length, left.length, 0]);
    const ips = eips['EIPSet'].map(({ EIPAddr }: { EIPAddr: { IP: string }[] }) => EIPAddr[0]!.IP);
    expect(new Set(ips).size).toBe(left.length);
    expect(cloud.ok('DescribeNetworkInterface', { Offset: 10, Limit: 5 })).toMatchObject({ TotalCount: left.length });
    expect(cloud.ok('DescribeFirewall').DataSet.map(({ ResourceCount }: { ResourceCount: number }) => ResourceCount)).toEqual([
      0,
      left.length,
    ]);
  };
  check(opened);
  await opened.store.close();
  const cloud = await dispatchedCloud({ dataDir });
  check(cloud);
  // The lowest addresses that were given back are given out first, when their time is over.
  cloud.clock.advance(3_600_000);
  const { IPs } = cloud.ok('CreateUHostInstance', { ...hostParams(cloud), MaxCount: 2 });
  expect(IPs).toEqual(['10.9.0.8', '10.9.0.105']);
});

async function zoneOf(cloud: DispatchedCloud, id: string): Promise<{ readonly Zone: string }> {
  return { Zone: cloud.ok('DescribeUHostInstance', { 'UHostIds.0': id }).UHostSet[0].Zone };
}
