import { expect, test } from 'vitest';
import { cloudAndRoot, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const NET = `
resource "ucloud_vpc" "net" {
  name        = "net"
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_subnet" "net" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.1.0/24"
}
output "subnet" {
  value = ucloud_subnet.net.id
}
`;
const HOST = `
data "ucloud_zones" "all" {}
data "ucloud_images" "linux" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
resource "ucloud_instance" "host" {
  availability_zone = data.ucloud_zones.all.zones[0].id
  image_id          = data.ucloud_images.linux.images[0].id
  instance_type     = "n-basic-1"
  boot_disk_type    = "cloud_ssd"
  vpc_id            = ucloud_vpc.net.id
  subnet_id         = ucloud_subnet.net.id
}
`;

async function begin() {
  const { cloud, root } = await cloudAndRoot(programs);
  await root.write(NET);
  return { cloud, root };
}

test.skipIf(!programs)('a full quota and an empty stock are reported in the words of the cloud', async () => {
  const { cloud, root } = await begin();
  await root.write(NET + HOST);
  const quota = cloud.faults.add({ effect: { kind: 'quota', resource: 'host', limit: 0 } });
  expect((await root.tryApply()).errors.join('\n')).toContain('[server.RetCodeError] 8095');
  cloud.faults.remove(quota.id);
  const stock = cloud.faults.add({ effect: { kind: 'sold-out', machineType: 'N' } });
  expect((await root.tryApply()).errors.join('\n')).toMatch(/RetCodeError\] 83\d\d /);
  cloud.faults.remove(stock.id);
  cloud.faults.add({ action: 'CreateUHostInstance', effect: { kind: 'host-state', state: 'Install Fail' }, count: 1 });
  expect((await root.tryApply()).errors.join('\n')).toContain('install failed');
  expect(await root.tryApply()).toMatchObject({ code: 0, changes: { 'ucloud_instance.host': 'replace' } });
});

test.skipIf(!programs)('a subnet that somebody else sits in can not be destroyed, and then can', async () => {
  const { cloud, root } = await begin();
  const { outputs } = await root.apply();
  const holder = { kind: 'foreign-holder', subnet: outputs['subnet'], resource: 'udb-foreign' } as const;
  const fault = cloud.faults.add({ effect: holder });
  const { code, errors } = await root.tryDestroy();
  expect([code, errors.join('\n')]).toEqual([1, expect.stringContaining('we find the resource [udb-foreign] bind to it')]);
  cloud.faults.remove(fault.id);
  await root.destroy();
});

test.skipIf(!programs)('the subnet stays in use for ten minutes after its host: destroy waits for it', async () => {
  const { cloud, root } = await begin();
  const { outputs } = await root.apply(NET + HOST);
  cloud.requests.clear();
  const began = cloud.clock.now();
  await root.destroy();
  // The real provider's loop: nobody is in it, deleting is refused with 4411 and tried again.
  const attempts = cloud.requests.list({ action: 'DeleteSubnet' }).map(({ retCode }) => retCode);
  expect(attempts.slice(0, -1).every((retCode) => retCode === 4411)).toBe(true);
  expect([attempts.length > 4, attempts.at(-1)]).toEqual([true, 0]);
  const looks = trace(cloud, { actions: /^(Describe|Delete)Subnet(Resource)?$/, words: [outputs['subnet']] });
  const first = looks.indexOf('DescribeSubnetResource');
  expect(looks.slice(first, first + 6)).toEqual(['DescribeSubnetResource', ...Array(4).fill('DeleteSubnet'), 'DescribeSubnetResource']);
  expect(looks.at(-1)).toBe('DescribeSubnet');
  expect(trace(cloud, { actions: /VPC$/ }).slice(-2)).toEqual(['DeleteVPC', 'DescribeVPC']);
  expect(cloud.clock.now() - began).toBeGreaterThan(600_000);
});
