import { expect, it } from 'vitest';
import type { UcloudSettings } from '../../../../src/ucloud/settings/options.js';
import { hostsInState } from '../../../../src/ucloud/terraform/host-resources.js';
import { assignHosts } from '../../../../src/ucloud/terraform/assign-hosts.js';
import { outdatedHosts } from '../../../../src/ucloud/terraform/outdated-hosts.js';
import { wantedHosts } from '../../../../src/ucloud/settings/wanted-hosts.js';
import { ucloudSettings } from '../../../helpers/ucloud-settings.js';

const images = { 'consul-server': 'uimage-1', 'nomad-server': 'uimage-1', 'nomad-client': 'uimage-1' };
const sizes = { consulServers: 1, nomadServers: 0, clients: 0 };

/** One Consul server as terraform's state has it. */
const existing = hostsInState([
  {
    address: 'module.host["consul-server-1"].ucloud_instance.this',
    type: 'ucloud_instance',
    id: 'uhost-1',
    tainted: false,
    attributes: {
      availability_zone: 'cn-bj2-02',
      private_ip: '10.80.0.11',
      instance_type: 'o-basic-2',
      remark: 'made from uimage-1',
      disk_set: [
        { id: 'bsi-1', type: 'cloud_rssd', size: 20, is_boot: true },
        { id: 'bsi-2', type: 'cloud_rssd', size: 20, is_boot: false },
      ],
    },
  },
]);

it.each<[Partial<UcloudSettings>, string | undefined]>([
  [{}, undefined],
  [{ zones: [] }, undefined],
  [{ zones: ['cn-bj2-04'] }, 'is in cn-bj2-02'],
  [{ consulServerType: 'o-basic-4' }, 'is o-basic-2'],
  [{ consulDataDisk: 40 }, 'has a data disk of 20 GB'],
  [{ bootDiskType: 'cloud_ssd', dataDiskType: 'cloud_ssd' }, 'boots from cloud_rssd, has a data disk of type cloud_rssd'],
])('a host says what it is where the settings want something else: %j', (changes, because) => {
  const settings = ucloudSettings({ ...sizes, ...changes });
  const [managementCidr, clientsCidr, zones] = ['10.80.0.0/24', '10.81.0.0/24', ['cn-bj2-02']];
  const hosts = assignHosts({
    ...{
      wanted: wantedHosts(settings),
      existing,
      planned: new Map(),
      images,
      zones,
      managementCidr,
      clientsCidr,
      avoid: new Set<string>(),
    },
  });
  expect(outdatedHosts({ hosts, existing }, { settings, images })).toEqual(
    because === undefined ? [] : [{ name: 'consul-server-1', because }],
  );
});
