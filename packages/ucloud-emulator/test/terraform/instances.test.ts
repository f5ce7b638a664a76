import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

interface Given {
  readonly name?: string;
  readonly group?: string;
  readonly type?: string;
  readonly boot?: number;
  readonly data?: number;
  readonly password?: string;
  readonly userData?: string;
}

const hosts = ({
  name = 'first',
  group = 'one',
  type = 'n-basic-1',
  boot = 20,
  data = 20,
  password = 'rootPass_1',
  userData = '#!/bin/sh',
}: Given) => `
data "ucloud_zones" "all" {}
data "ucloud_projects" "all" {}
data "ucloud_images" "linux" {
  availability_zone = data.ucloud_zones.all.zones[0].id
  image_type        = "base"
  os_type           = "linux"
  name_regex        = "^Ubuntu 22"
}
data "ucloud_images" "newest" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
locals {
  zone  = data.ucloud_zones.all.zones[0].id
  image = data.ucloud_images.linux.images[0].id
}
resource "ucloud_security_group" "one" {
  name = "one"
  rules {
    port_range = "22"
  }
}
resource "ucloud_security_group" "two" {
  name = "two"
  rules {
    port_range = "1-65535"
    protocol   = "udp"
  }
}
resource "ucloud_vpc" "net" {
  cidr_blocks = ["10.8.0.0/16"]
}
resource "ucloud_subnet" "net" {
  vpc_id     = ucloud_vpc.net.id
  cidr_block = "10.8.2.0/24"
}
resource "ucloud_isolation_group" "apart" {
  name = "apart"
}
# Cloud disks, a public address, user data, a private address of its own choice.
resource "ucloud_instance" "cloud" {
  name                       = "${name}"
  tag                        = "${name}-tag"
  remark                     = "${name} of its kind"
  availability_zone          = local.zone
  image_id                   = local.image
  instance_type              = "n-standard-2"
  charge_type                = "month"
  duration                   = 0
  root_password              = "cloudPass_1"
  boot_disk_type             = "cloud_ssd"
  boot_disk_size             = 40
  vpc_id                     = ucloud_vpc.net.id
  subnet_id                  = ucloud_subnet.net.id
  private_ip                 = "10.8.2.77"
  security_group             = ucloud_security_group.${group}.id
  isolation_group            = ucloud_isolation_group.apart.id
  user_data                  = ${JSON.stringify(userData)}
  min_cpu_platform           = "Intel/Cascadelake"
  delete_disks_with_instance = true
  delete_eips_with_instance  = true
  data_disks {
    size = 30
    type = "cloud_ssd"
  }
  network_interface {
    eip_bandwidth     = 5
    eip_internet_type = "bgp"
    eip_charge_mode   = "traffic"
  }
}
# Local disks, and everything that can be left to the cloud.
resource "ucloud_instance" "local" {
  availability_zone         = local.zone
  image_id                  = local.image
  instance_type             = "${type}"
  root_password             = "${password}"
  boot_disk_size            = ${boot}
  data_disk_size            = ${data}
  allow_stopping_for_update = true
}
# A machine type of its own disks.
resource "ucloud_instance" "rssd" {
  name              = "rssd"
  availability_zone = local.zone
  image_id          = local.image
  instance_type     = "o-highmem-2"
  charge_type       = "dynamic"
  boot_disk_type    = "cloud_rssd"
  boot_disk_size    = ${boot}
  vpc_id            = ucloud_vpc.net.id
  subnet_id         = ucloud_subnet.net.id

  allow_stopping_for_update = true
}
data "ucloud_instances" "all" {
  ids = [ucloud_instance.cloud.id, ucloud_instance.local.id]
}
output "cloud" {
  value = {
    id     = ucloud_instance.cloud.id
    status = ucloud_instance.cloud.status
    cpu    = ucloud_instance.cloud.cpu
    memory = ucloud_instance.cloud.memory
    disks  = [for disk in ucloud_instance.cloud.disk_set : "\${disk.type} \${disk.size} \${disk.is_boot}"]
    ips    = ucloud_instance.cloud.ip_set[*].internet_type
    spread = data.ucloud_instances.all.instances[*].name
  }
}
output "data" {
  value = {
    projects = data.ucloud_projects.all.projects[*].id
    zones    = length(data.ucloud_zones.all.zones)
    features = contains(data.ucloud_images.linux.images[0].features, "CloudInit")
    newest   = data.ucloud_images.newest.total_count
  }
}
output "local_id" {
  value = ucloud_instance.local.id
}
`;

test.skipIf(!programs)('hosts: disks, addresses, user data, passwords, sizes', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timeScale: 200, timings: { addressLease: 0 } });
  await liveTwice({
    cloud,
    root,
    created: hosts({}),
    onCreated({ cloud: host, data }) {
      expect(host).toMatchObject({ status: 'Running', cpu: 2, memory: 8, ips: ['Private', 'Bgp'] });
      expect(host.disks).toEqual(['cloud_ssd 40 true', 'cloud_ssd 30 false']);
      expect(data).toEqual({ projects: [cloud.credentials.projectId], zones: 4, features: true, newest: 1 });
      const sent = cloud.requests.list({ action: 'CreateUHostInstance' }).find(({ params }) => params['Name'] === 'first')?.params;
      expect(sent).toMatchObject({
        UserData: Buffer.from('#!/bin/sh').toString('base64'),
        Password: '[redacted]',
        'PrivateIp.0': '10.8.2.77',
      });
    },
    changed: [
      { config: hosts({ name: 'second', group: 'two' }), plans: { 'ucloud_instance.cloud': 'update' } },
      {
        config: hosts({ name: 'second', group: 'two', type: 'n-highmem-2', boot: 30, data: 50, password: 'rootPass_2' }),
        plans: { 'ucloud_instance.local': 'update', 'ucloud_instance.rssd': 'update' },
      },
      {
        config: hosts({
          name: 'second',
          group: 'two',
          type: 'n-highmem-2',
          boot: 30,
          data: 50,
          password: 'rootPass_2',
          userData: '#!/bin/bash',
        }),
        plans: { 'ucloud_instance.cloud': 'replace' },
      },
    ],
    // Neither the password nor the permission to stop can be read back; `image_id` and the rest can.
    imported: { 'ucloud_instance.local': 'update', 'ucloud_instance.rssd': 'update' },
  });
  const local = cloud.requests.list({ action: 'ResetUHostInstancePassword' })[0]?.params['UHostId'] ?? '';
  expect(trace(cloud, { actions: /^(Stop|Reset|Resize|Start)/, words: [local] })).toEqual([
    'StopUHostInstance',
    'ResetUHostInstancePassword',
    'ResizeUHostInstance',
    'ResizeAttachedDisk',
    'ResizeAttachedDisk',
    'StartUHostInstance',
    // After the import the password is set again.
    ...['StopUHostInstance', 'ResetUHostInstancePassword', 'StartUHostInstance'],
  ]);
  const gone = trace(cloud, { actions: /^(Poweroff|Terminate)/ });
  expect(gone.filter((action) => action === 'PoweroffUHostInstance')).toHaveLength(7);
  expect(gone.filter((action) => action === 'TerminateUHostInstance')).toHaveLength(7);
});
