import { describe, expect, test } from 'vitest';
import type { Eip, Firewall } from '../../../../src/clients/ucloud/network-model.js';
import type { Disk, Host } from '../../../../src/clients/ucloud/host-model.js';
import { nothingOwned } from '../../../../src/ucloud/owned/owned-resources.js';
import { accessSettings, hostSettings, seenHosts } from '../../../../src/ucloud/recovery/infer-hosts.js';
import { clustersAtCloud, inferCluster } from '../../../../src/ucloud/recovery/infer-settings.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { emulatedCloud } from '../../../helpers/emulated-cloud.js';
import { layCluster, ourClient } from '../../../helpers/laid-cluster.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const host = (Name: string, more: Partial<Host> = {}): Host => ({
  ...{ UHostId: `uhost-${Name}`, Name: `prod-${Name}`, Tag: 'nomadctl-prod', Zone: 'cn-bj2-02', State: 'Running', ChargeType: 'Month' },
  ...{ MachineType: 'O', CPU: 2, Memory: 4096, BasicImageId: 'b', ImageId: 'b', CreateTime: 0, Remark: 'made from uimage-1' },
  IPSet: [{ Type: 'Private', IP: '10.80.0.11', VPCId: 'uvnet-1', SubnetId: 'subnet-1' }],
  DiskSet: [
    { DiskId: 'd1', DiskType: 'CLOUD_SSD', Size: 40, IsBoot: 'True' },
    { DiskId: 'd2', DiskType: 'CLOUD_RSSD', Size: 70, IsBoot: 'False' },
  ],
  ...more,
});
const address = (of: string): Eip =>
  ({ EIPId: `eip-${of}`, Tag: 'nomadctl-prod', Bandwidth: 25, Resource: { ResourceID: `uhost-${of}` } }) as unknown as Eip;

const seen = (...hosts: readonly Host[]) => seenHosts('prod', { ...nothingOwned, hosts });
const big = { CPU: 4, Memory: 16384 };

describe('what hosts were made from', () => {
  test('counts, sizes, disks, charge and zones', () => {
    const hosts = seen(
      host('nomad-server-1', big),
      host('client-2'),
      host('consul-server-1'),
      host('consul-server-3', { Zone: 'cn-bj2-04' }),
      host('client-1'),
    );
    expect(hostSettings(hosts, [address('consul-server-1')])).toEqual({
      ...{ consulServers: 3, nomadServers: 1, clients: 2, consulServerType: 'o-basic-2', nomadServerType: 'o-standard-4' },
      ...{ clientType: 'o-basic-2', consulDataDisk: 70, nomadDataDisk: 70, clientDataDisk: 70, bandwidth: 25, chargeType: 'month' },
      ...{ bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_rssd', zones: ['cn-bj2-02', 'cn-bj2-04'], publicAddresses: 'servers' },
    });
  });

  test('classes of clients, each with its own type', () => {
    const hosts = seen(host('client-1'), host('client-gpu-1', big), host('client-gpu-2', big), host('client-big-one-1', big));
    const settings = hostSettings(hosts, [address('client-1')]);
    expect(settings.clientClasses).toEqual(['big-one:1:o-standard-4', 'default:1:o-basic-2', 'gpu:2:o-standard-4']);
    const names = wantedHosts(ucloudSettings({ ...settings, consulServers: 0, nomadServers: 0 })).map(({ name }) => name);
    expect(names.sort()).toEqual(['client-1', 'client-big-one-1', 'client-gpu-1', 'client-gpu-2']);
    expect(settings.publicAddresses).toBe('all');
  });

  test('hosts of others, and of image builds, are none of its', () => {
    const others = [host('client-1', { Tag: 'nomadctl-dev' }), host('x', { Name: 'nomadctl-build-prod-nomad-client-0a1b2c3d' })];
    expect(seen(...others, host('web-1'))).toEqual([]);
  });
});

const firewall = (role: string, ...rules: readonly (readonly [port: string, from: string])[]): Firewall => ({
  ...{ FWId: role, Name: `nomadctl-prod-${role}`, Tag: 'nomadctl-prod', Type: 'user' },
  Rule: rules.map(([DstPort, SrcIP]) => ({ ProtocolType: 'TCP', DstPort, SrcIP, RuleAction: 'ACCEPT', Priority: 'HIGH' })),
});

test.each([
  [
    [
      firewall('consul-server', ['22', '203.0.113.7/32'], ['8501', '203.0.113.7/32'], ['22', '198.51.100.0/24']),
      firewall('client', ['22', '203.0.113.7/32']),
    ],
    { allowIp: ['203.0.113.7/32', '198.51.100.0/24'], profile: 'secure' },
  ],
  [
    [
      firewall('consul-server', ['22', '0.0.0.0/0'], ['8500', '0.0.0.0/0']),
      firewall('client', ['22', '0.0.0.0/0'], ['20000-32000', '0.0.0.0/0']),
    ],
    { allowIp: ['0.0.0.0/0'], allowAnyone: true, profile: 'poc', acceptInsecure: true, openDynamicPorts: true },
  ],
  [[], { profile: 'secure' }],
])('who is let in, and whether the agents keep strangers out: %o', (firewalls, settings) => {
  expect(accessSettings('prod', firewalls)).toEqual(settings);
});

test('networks of its own by their ranges, given ones by their ids; images by their ids unless build-images made them', async () => {
  const cloud = await emulatedCloud();
  const laid = await layCluster(cloud, 'prod');
  const { region, projectId } = cloud.credentials;
  const signal = new AbortController().signal;
  const api = ourClient(cloud);
  const { settings, hosts } = await inferCluster(api, 'prod', { place: { region, projectId }, signal });
  expect(hosts.map(({ name }) => name)).toEqual(['consul-server-1', 'nomad-server-1', 'client-1']);
  expect(settings).toMatchObject({ managementCidr: '10.80.0.0/16', clientsCidr: '10.81.0.0/16', consulServers: 1, clients: 1 });
  expect(['vpcId', 'subnetId', 'clientVpcId', 'clientSubnetId', 'controllerVpcId'].filter((key) => key in settings)).toEqual([]);

  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'office', 'Network.0': '192.168.0.0/16' });
  await cloud.ok('CreateVPCIntercom', { VPCId: laid.vpcs[0], DstVPCId: String(VPCId) });
  expect((await inferCluster(api, 'prod', { place: { region, projectId }, signal })).settings.controllerVpcId).toBe(VPCId);
  expect(await clustersAtCloud(api, signal)).toEqual(['prod']);
});

test('classes with disks of their own, and volumes by the names of their disks', () => {
  const disks = [
    { UDiskId: 'd3', Name: 'prod-client-fast-1-volume-srv-cache', Size: 100, DiskType: 'RSSDDataDisk', UHostId: 'uhost-client-fast-1' },
    { UDiskId: 'd4', Name: 'prod-client-fast-2-volume-srv-cache', Size: 100, DiskType: 'RSSDDataDisk', UHostId: 'uhost-client-fast-2' },
  ] as unknown as Disk[];
  const boot = { DiskId: 'd1', DiskType: 'CLOUD_SSD', Size: 40, IsBoot: 'True' } as const;
  const volume = { DiskId: 'd3', DiskType: 'CLOUD_RSSD', Size: 100, IsBoot: 'False' } as const;
  const local = { DiskType: 'LOCAL_SSD' } as const;
  const hosts = [
    host('consul-server-1'),
    host('client-1'),
    // Without a data disk: what it has besides is no such thing.
    host('client-fast-1', { ChargeType: 'Dynamic', DiskSet: [boot, volume] }),
    host('client-fast-2', { ChargeType: 'Dynamic', DiskSet: [boot, { ...volume, DiskId: 'd4' }] }),
    host('client-local-1', {
      DiskSet: [
        { ...boot, ...local },
        { ...volume, ...local, DiskId: 'd2', Size: 70 },
      ],
    }),
  ];
  expect(hostSettings(seenHosts('prod', { ...nothingOwned, hosts, disks }), []).clientClasses).toEqual([
    'default:1:o-basic-2',
    'fast:2:o-basic-2 dataDisk=0 chargeType=dynamic volume=/srv/cache:100:cloud_rssd',
    'local:1:o-basic-2 bootDiskType=local_ssd dataDiskType=local_ssd',
  ]);
});
