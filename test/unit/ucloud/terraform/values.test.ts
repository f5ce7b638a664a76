import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { assignHosts } from '../../../../src/ucloud/terraform/assign-hosts.js';
import { clusterValues } from '../../../../src/ucloud/terraform/cluster-values.js';
import { networkValues } from '../../../../src/ucloud/terraform/network-values.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const golden = fileURLToPath(new URL('../../../golden/terraform', import.meta.url));
const common = { projectId: 'org-abc123', allowIp: ['203.0.113.7/32'] };

const shapes: readonly { readonly name: string; readonly zones: readonly string[]; readonly settings: UcloudSettings }[] = [
  { name: 'defaults', zones: ['cn-bj2-02', 'cn-bj2-03', 'cn-bj2-04'], settings: ucloudSettings(common) },
  {
    name: 'small',
    zones: ['hk-02'],
    settings: ucloudSettings({
      ...common,
      ...{ profile: 'poc', region: 'hk' },
      ...{ consulServers: 1, nomadServers: 1, clients: 1, consulDataDisk: 0, nomadDataDisk: 0, clientDataDisk: 0 },
      ...{ publicAddresses: 'servers', bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_ssd', consulServerType: 'n-basic-2' },
    }),
  },
  {
    name: 'classes',
    zones: ['cn-bj2-02', 'cn-bj2-03'],
    settings: ucloudSettings({
      ...common,
      profile: 'poc',
      ...{ consulServers: 5, clientClasses: ['web:9', 'batch:2:o-highmem-8'], openDynamicPorts: true, chargeType: 'month', bandwidth: 100 },
      ...{ allowIp: ['203.0.113.7/32', '198.51.100.0/24'], sshPublicKeys: ['ssh-ed25519 AAAAsecond second@example'], datacenter: 'bj2' },
    }),
  },
  {
    name: 'own-disks',
    zones: ['cn-bj2-02', 'cn-bj2-03'],
    settings: ucloudSettings({
      ...common,
      ...{ consulServers: 1, nomadServers: 1, consulServerType: 'n-basic-2', nomadServerType: 'n-basic-2', clientType: 'n-basic-2' },
      ...{ bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_ssd' },
      clientClasses: [
        'default:1 volume=/srv/cache:100',
        'fast:2:n-highcpu-8 bootDiskType=local_ssd dataDisk=200 image=uimage-fast zones=cn-bj2-04',
        'large:1 bootDisk=80 dataDisk=0 chargeType=month meta.tier=slow',
      ],
    }),
  },
  {
    name: 'given-network',
    zones: ['cn-bj2-02', 'cn-bj2-03', 'cn-bj2-04'],
    settings: ucloudSettings({
      ...common,
      ...{ vpcId: 'uvnet-1', subnetId: 'subnet-1', controllerVpcId: 'uvnet-9', clientsCidr: '172.16.8.0/24', clients: 0 },
    }),
  },
];

describe.each(shapes)('$name', ({ name, zones, settings }) => {
  const cluster = { name: 'prod', settings, paths: undefined as never };

  test('values of the network', async () => {
    await expect(`${JSON.stringify(networkValues(cluster), null, 2)}\n`).toMatchFileSnapshot(`${golden}/${name}/network.tfvars.json`);
  });

  test('values of the cluster', async () => {
    const hosts = assignHosts({
      wanted: wantedHosts(settings),
      existing: [],
      planned: new Map(),
      images: { 'consul-server': 'uimage-c', 'nomad-server': 'uimage-n', 'nomad-client': 'uimage-l' },
      zones,
      managementCidr: '10.80.0.0/24',
      clientsCidr: '10.81.0.0/24',
      avoid: new Set(),
    });
    const network = {
      ...{ managementVpcId: 'uvnet-m', managementSubnetId: 'subnet-m', managementCidr: '10.80.0.0/24' },
      ...{ clientVpcId: 'uvnet-l', clientSubnetId: 'subnet-l', clientCidr: '10.81.0.0/24' },
    };
    const values = clusterValues({
      cluster,
      network,
      hosts,
      sshPublicKeys: ['ssh-ed25519 AAAAown nomadctl-prod', ...settings.sshPublicKeys],
    });
    expect(JSON.stringify(values)).not.toMatch(/password|private_key/i);
    await expect(`${JSON.stringify(values, null, 2)}\n`).toMatchFileSnapshot(`${golden}/${name}/cluster.tfvars.json`);
  });
});

test('no more than seven hosts of a class share an isolation group', () => {
  const groups = wantedHosts(ucloudSettings({ ...common, clients: 15 })).flatMap(({ role, isolationGroup }) =>
    role === 'client' ? [isolationGroup] : [],
  );
  expect(groups).toEqual([...Array(7).fill('client-1'), ...Array(7).fill('client-2'), 'client-3']);
});
