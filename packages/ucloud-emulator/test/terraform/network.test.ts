import { expect, test } from 'vitest';
import { type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';

import { cloudAndRoot, liveTwice } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const network = (
  cloud: EmulatedCloud,
  { cidr = ['10.8.0.0/16'], subnet = 'servers', group = 'spread', rules = '80', cidrOfSubnet = '10.8.1.0/24', peer = 'two' } = {},
) => `
resource "ucloud_vpc" "one" {
  name        = "one"
  cidr_blocks = ${JSON.stringify(cidr)}
  remark      = "the first"
}
resource "ucloud_vpc" "two" {
  name        = "${peer}"
  tag         = "blue"
  cidr_blocks = ["192.168.0.0/16"]
}
resource "ucloud_subnet" "a" {
  name       = "${subnet}"
  vpc_id     = ucloud_vpc.one.id
  cidr_block = "${cidrOfSubnet}"
  remark     = "hosts"
}
resource "ucloud_vpc_peering_connection" "both" {
  vpc_id      = ucloud_vpc.one.id
  peer_vpc_id = ucloud_vpc.two.id
}
# In another region, through the same provider once more.
provider "ucloud" {
  alias       = "abroad"
  base_url    = "${cloud.url}"
  public_key  = "${cloud.credentials.publicKey}"
  private_key = "${cloud.credentials.privateKey}"
  project_id  = "${cloud.credentials.projectId}"
  region      = "hk"
}
resource "ucloud_vpc" "abroad" {
  provider    = ucloud.abroad
  name        = "abroad"
  cidr_blocks = ["172.16.0.0/16"]
}
resource "ucloud_vpc_peering_connection" "abroad" {
  vpc_id          = ucloud_vpc.one.id
  peer_vpc_id     = ucloud_vpc.abroad.id
  peer_region     = "hk"
  peer_project_id = "${cloud.credentials.projectId}"
}
resource "ucloud_security_group" "web" {
  name   = "web"
  remark = "open"
  rules {
    port_range = "22"
    protocol   = "tcp"
    cidr_block = "10.0.0.0/8"
  }
  rules {
    port_range = "${rules}"
    protocol   = "tcp"
    policy     = "accept"
    priority   = "medium"
  }
  rules {
    protocol = "icmp"
  }
}
resource "ucloud_isolation_group" "spread" {
  name   = "${group}"
  remark = "apart"
}
resource "ucloud_vip" "shared" {
  name      = "${subnet}-vip"
  vpc_id    = ucloud_vpc.one.id
  subnet_id = ucloud_subnet.a.id
}
data "ucloud_vpcs" "all" {
  ids = [ucloud_vpc.one.id, ucloud_vpc.two.id]
}
data "ucloud_subnets" "all" {
  vpc_id = ucloud_subnet.a.vpc_id
}
data "ucloud_security_groups" "own" {
  ids = [ucloud_security_group.web.id]
}
data "ucloud_security_groups" "recommended" {
  type = "recommend_web"
}
output "data" {
  value = {
    vpcs    = sort(data.ucloud_vpcs.all.vpcs[*].name)
    subnets = data.ucloud_subnets.all.subnets[*].cidr_block
    rules   = length(data.ucloud_security_groups.own.security_groups[0].rules)
    web     = length(data.ucloud_security_groups.recommended.security_groups)
  }
}
output "vip" {
  value = ucloud_vip.shared.ip_address
}
`;

test.skipIf(!programs)('VPCs, subnets, peerings, firewalls, isolation groups and VIPs', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  // What every place has from its first request on is there before anything is counted.
  await cloud.ok('DescribeVPC', { Region: 'hk' });
  await liveTwice({
    cloud,
    root,
    created: network(cloud),
    onCreated({ data, vip }) {
      expect(data).toEqual({ vpcs: ['one', 'two'], subnets: ['10.8.1.0/24'], rules: 3, web: 1 });
      expect(vip).toMatch(/^10\.8\.1\./);
    },
    changed: [
      {
        config: network(cloud, { cidr: ['10.8.0.0/16', '10.9.0.0/16'], subnet: 'renamed', rules: '8000-8080' }),
        plans: {
          'ucloud_vpc.one': 'update',
          'ucloud_subnet.a': 'update',
          'ucloud_vip.shared': 'update',
          'ucloud_security_group.web': 'update',
        },
      },
      {
        config: network(cloud, { group: 'other', subnet: 'renamed', cidrOfSubnet: '10.8.7.0/24', peer: 'three' }),
        plans: {
          'ucloud_vpc.one': 'update',
          'ucloud_security_group.web': 'update',
          'ucloud_isolation_group.spread': 'replace',
          'ucloud_subnet.a': 'replace',
          'ucloud_vip.shared': 'replace',
          'ucloud_vpc.two': 'replace',
          'ucloud_vpc_peering_connection.both': 'replace',
        },
      },
    ],
    imported: {
      'ucloud_vpc.two': 'import',
      'ucloud_subnet.a': 'import',
      'ucloud_security_group.web': 'import',
      'ucloud_isolation_group.spread': 'import',
    },
  });
});
