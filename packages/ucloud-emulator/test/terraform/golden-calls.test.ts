import { expect, test } from 'vitest';
import { cloudAndRoot, expectNoPlan, lastRequest, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const STACK = `
data "ucloud_zones" "all" {}
data "ucloud_projects" "all" {}
data "ucloud_images" "linux" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
locals {
  zone = data.ucloud_zones.all.zones[0].id
}
resource "ucloud_vpc" "net" {
  name        = "golden-vpc"
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_vpc" "peer" {
  cidr_blocks = ["192.168.0.0/16"]
}
resource "ucloud_vpc_peering_connection" "both" {
  vpc_id      = ucloud_vpc.net.id
  peer_vpc_id = ucloud_vpc.peer.id
}
resource "ucloud_subnet" "net" {
  name       = "golden-subnet"
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.1.0/24"
}
resource "ucloud_security_group" "web" {
  name = "golden-group"
  rules {
    port_range = "80"
  }
}
resource "ucloud_isolation_group" "apart" {
  name = "golden-spread"
}
resource "ucloud_instance" "host" {
  name              = "golden-host"
  remark            = "golden"
  availability_zone = local.zone
  image_id          = data.ucloud_images.linux.images[0].id
  instance_type     = "n-basic-1"
  boot_disk_type    = "cloud_ssd"
  vpc_id            = ucloud_vpc.net.id
  subnet_id         = ucloud_subnet.net.id
  security_group    = ucloud_security_group.web.id
  isolation_group   = ucloud_isolation_group.apart.id
}
resource "ucloud_eip" "web" {
  name          = "golden-eip"
  internet_type = "bgp"
  bandwidth     = 1
}
resource "ucloud_eip_association" "web" {
  eip_id      = ucloud_eip.web.id
  resource_id = ucloud_instance.host.id
}
resource "ucloud_disk" "data" {
  name              = "golden-disk"
  availability_zone = local.zone
  disk_size         = 10
}
resource "ucloud_disk_attachment" "data" {
  availability_zone = local.zone
  disk_id           = ucloud_disk.data.id
  instance_id       = ucloud_instance.host.id
}
resource "ucloud_lb" "web" {
  name      = "golden-lb"
  internal  = true
  vpc_id    = ucloud_vpc.net.id
  subnet_id = ucloud_subnet.net.id
}
resource "ucloud_lb_listener" "web" {
  name             = "golden-listener"
  load_balancer_id = ucloud_lb.web.id
  protocol         = "tcp"
  port             = 80
}
resource "ucloud_lb_attachment" "web" {
  load_balancer_id = ucloud_lb.web.id
  listener_id      = ucloud_lb_listener.web.id
  resource_id      = ucloud_instance.host.id
}
`;

interface Golden {
  /** Resources whose calls these are. */
  readonly of: readonly string[];
  /** Calls that are theirs, by action and by a parameter with their name or id. */
  readonly actions: RegExp;
  readonly name?: string;
  readonly create: readonly string[];
  readonly destroy: readonly string[];
}

/** What the provider was seen to ask for, resource by resource, at creation and at destruction. */
const GOLDEN: readonly Golden[] = [
  {
    of: ['ucloud_vpc.net'],
    actions: /VPC$/,
    name: 'golden-vpc',
    create: ['CreateVPC', 'DescribeVPC', 'DescribeVPC'],
    destroy: ['DeleteVPC', 'DescribeVPC'],
  },
  {
    of: ['ucloud_subnet.net'],
    actions: /(Create|Describe|Delete)Subnet(Resource)?$/,
    name: 'golden-subnet',
    create: ['CreateSubnet', 'DescribeSubnet', 'DescribeSubnet'],
    destroy: ['DescribeSubnetResource', 'DeleteSubnet', 'DescribeSubnet'],
  },
  {
    of: ['ucloud_vpc_peering_connection.both'],
    actions: /Intercom$/,
    create: ['CreateVPCIntercom', 'DescribeVPCIntercom', 'DescribeVPCIntercom'],
    destroy: ['DeleteVPCIntercom', 'DescribeVPCIntercom'],
  },
  {
    of: ['ucloud_security_group.web'],
    actions: /Firewall$/,
    name: 'golden-group',
    create: ['CreateFirewall', 'DescribeFirewall', 'DescribeFirewall'],
    destroy: ['DeleteFirewall', 'DescribeFirewall'],
  },
  {
    of: ['ucloud_isolation_group.apart'],
    actions: /IsolationGroup$/,
    name: 'golden-spread',
    create: ['CreateIsolationGroup', 'DescribeIsolationGroup'],
    destroy: ['DeleteIsolationGroup', 'DescribeIsolationGroup'],
  },
  {
    of: ['ucloud_instance.host'],
    actions: /UHostInstance(Remark)?$|DescribeFirewall$/,
    name: 'golden-host',
    create: [
      'CreateUHostInstance',
      'DescribeUHostInstance',
      'DescribeUHostInstance',
      'ModifyUHostInstanceRemark',
      'DescribeUHostInstance',
      'DescribeFirewall',
    ],
    destroy: ['DescribeUHostInstance', 'PoweroffUHostInstance', 'DescribeUHostInstance', 'TerminateUHostInstance', 'DescribeUHostInstance'],
  },
  {
    of: ['ucloud_eip.web', 'ucloud_eip_association.web'],
    actions: /EIP$/,
    name: 'golden-eip',
    create: ['AllocateEIP', 'DescribeEIP', 'DescribeEIP', 'BindEIP', 'DescribeEIP', 'DescribeEIP'],
    destroy: ['DescribeEIP', 'UnBindEIP', 'DescribeEIP', 'ReleaseEIP', 'DescribeEIP'],
  },
  {
    of: ['ucloud_disk.data', 'ucloud_disk_attachment.data'],
    actions: /UDisk$/,
    name: 'golden-disk',
    create: ['CreateUDisk', 'DescribeUDisk', 'DescribeUDisk', 'AttachUDisk', 'DescribeUDisk', 'DescribeUDisk'],
    destroy: ['DescribeUDisk', 'DetachUDisk', 'DescribeUDisk', 'DeleteUDisk', 'DescribeUDisk'],
  },
  {
    of: ['ucloud_lb.web'],
    actions: /ULB$|DescribeFirewall$/,
    name: 'golden-lb',
    // The last look is the listener's.
    create: ['CreateULB', 'DescribeULB', 'DescribeULB', 'DescribeFirewall', 'DescribeULB'],
    destroy: ['DeleteULB', 'DescribeULB'],
  },
  {
    of: ['ucloud_lb_listener.web', 'ucloud_lb_attachment.web'],
    actions: /VServer$|Backend$/,
    name: 'golden-listener',
    create: ['CreateVServer', 'DescribeVServer', 'DescribeVServer', 'AllocateBackend', 'DescribeVServer', 'DescribeVServer'],
    destroy: ['DescribeVServer', 'ReleaseBackend', 'DescribeVServer', 'DeleteVServer', 'DescribeVServer'],
  },
];

/** One call a data source; one look a resource, and one more for the firewall of a host and of a balancer. */
const REFRESH = [
  ...['GetRegion', 'GetProjectList', 'DescribeImage'],
  ...['DescribeVPC', 'DescribeVPC', 'DescribeVPCIntercom', 'DescribeSubnet', 'DescribeFirewall', 'DescribeIsolationGroup'],
  ...['DescribeUHostInstance', 'DescribeFirewall', 'DescribeEIP', 'DescribeEIP', 'DescribeUDisk', 'DescribeUDisk'],
  ...['DescribeULB', 'DescribeFirewall', 'DescribeVServer', 'DescribeVServer'],
];

test.skipIf(!programs)('every call of a whole cluster, in order: create, refresh, destroy', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  // Before a security group is known, the plan looks for the ones that every project has.
  await root.plan(STACK);
  expect(trace(cloud, { actions: /./ }).sort()).toEqual(['DescribeFirewall', 'DescribeImage', 'GetProjectList', 'GetRegion']);

  let since = lastRequest(cloud);
  await root.apply();
  const state = await root.state();
  // Calls before the answer with the id carry the name. A peering has neither: all of its calls are meant.
  const wordsOf = ({ of, name }: Golden): string[] =>
    name === undefined ? [] : [name, ...of.map((address) => String(state[address]?.id))];
  const askedFor = (golden: Golden): string[] => trace(cloud, { since, actions: golden.actions, words: wordsOf(golden) });
  for (const golden of GOLDEN) expect(askedFor(golden), `creation of ${golden.of.join(', ')}`).toEqual(golden.create);

  since = lastRequest(cloud);
  await expectNoPlan(root, 'after the creation');
  expect(trace(cloud, { since, actions: /./ }).sort()).toEqual([...REFRESH].sort());

  since = lastRequest(cloud);
  expect(await root.tryDestroy('-refresh=false')).toMatchObject({ code: 0, errors: [] });
  for (const golden of GOLDEN) expect(askedFor(golden), `destruction of ${golden.of.join(', ')}`).toEqual(golden.destroy);
});
