import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const gateway = ({
  subnets = ['a'],
  group = 'one',
  open = true,
  listed = true,
  port = '8022',
  protocol = 'tcp',
  name = 'gateway',
} = {}) => `
data "ucloud_zones" "all" {}
data "ucloud_images" "linux" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
resource "ucloud_vpc" "net" {
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_subnet" "a" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.4.0/24"
}
resource "ucloud_subnet" "b" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.5.0/24"
}
resource "ucloud_security_group" "one" {
  rules {
    port_range = "22"
  }
}
resource "ucloud_security_group" "two" {
  rules {
    port_range = "23"
  }
}
resource "ucloud_instance" "host" {
  availability_zone = data.ucloud_zones.all.zones[0].id
  image_id          = data.ucloud_images.linux.images[0].id
  instance_type     = "n-basic-1"
  boot_disk_type    = "cloud_ssd"
  vpc_id            = ucloud_vpc.net.id
  subnet_id         = ucloud_subnet.a.id
}
resource "ucloud_eip" "out" {
  internet_type = "bgp"
  bandwidth     = 1
}
resource "ucloud_nat_gateway" "out" {
  name              = "${name}"
  tag               = "out"
  remark            = "the way out"
  vpc_id            = ucloud_vpc.net.id
  subnet_ids        = [${subnets.map((subnet) => `ucloud_subnet.${subnet}.id`).join(', ')}]
  eip_id            = ucloud_eip.out.id
  security_group    = ucloud_security_group.${group}.id
  enable_white_list = ${open}
  white_list        = ${listed ? '[ucloud_instance.host.id]' : '[]'}
}
resource "ucloud_nat_gateway_rule" "ssh" {
  name           = "ssh-rule"
  nat_gateway_id = ucloud_nat_gateway.out.id
  protocol       = "${protocol}"
  src_eip_id     = ucloud_eip.out.id
  src_port_range = "${port}"
  dst_ip         = ucloud_instance.host.private_ip
  dst_port_range = "${port.includes('-') ? port : '22'}"
}
data "ucloud_nat_gateways" "out" {
  ids = [ucloud_nat_gateway.out.id]
}
output "found" {
  value = {
    names   = data.ucloud_nat_gateways.out.nat_gateways[*].name
    subnets = length(data.ucloud_nat_gateways.out.nat_gateways[0].subnet_ids)
    line    = data.ucloud_nat_gateways.out.nat_gateways[0].ip_set[0].internet_type
  }
}
`;

test.skipIf(!programs)('NAT gateways and their rules', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  const later = { subnets: ['a', 'b'], group: 'two', open: false, listed: false, port: '8000-8010', protocol: 'udp' };
  await liveTwice({
    cloud,
    root,
    created: gateway(),
    onCreated({ found }) {
      expect(found).toEqual({ names: ['gateway'], subnets: 1, line: 'Bgp' });
      expect(trace(cloud, { actions: /NATGW$|WhiteList/ }).slice(0, 5)).toEqual([
        'CreateNATGW',
        'DescribeWhiteListResource',
        'AddWhiteListResource',
        'DescribeNATGW',
        'DescribeWhiteListResource',
      ]);
      expect(trace(cloud, { actions: /Policy$/ }).slice(0, 3)).toEqual([
        'GetAvailableResourceForPolicy',
        'CreateNATGWPolicy',
        'DescribeNATGWPolicy',
      ]);
    },
    changed: [
      { config: gateway(later), plans: { 'ucloud_nat_gateway.out': 'update', 'ucloud_nat_gateway_rule.ssh': 'update' } },
      {
        config: gateway({ ...later, name: 'another' }),
        plans: { 'ucloud_nat_gateway.out': 'replace', 'ucloud_nat_gateway_rule.ssh': 'replace' },
      },
    ],
    imported: { 'ucloud_nat_gateway.out': 'import' },
  });
  const asked = trace(cloud, { actions: /WhiteList|UpdateNATGW|GrantFirewall/ });
  for (const action of ['DeleteWhiteListResource', 'EnableWhiteList', 'UpdateNATGWSubnet', 'UpdateNATGWPolicy', 'GrantFirewall'])
    expect(asked).toContain(action);
});
