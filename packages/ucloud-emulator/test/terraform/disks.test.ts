import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const disks = ({ name = 'data-disk', spare = 10, attached = 20, type = 'ssd_data_disk', stops = false } = {}) => `
data "ucloud_zones" "all" {}
data "ucloud_images" "linux" {
  image_type  = "base"
  os_type     = "linux"
  most_recent = true
}
locals {
  zone = data.ucloud_zones.all.zones[0].id
}
resource "ucloud_instance" "host" {
  availability_zone = local.zone
  image_id          = data.ucloud_images.linux.images[0].id
  instance_type     = "n-basic-1"
  boot_disk_type    = "cloud_ssd"
}
resource "ucloud_disk" "attached" {
  name              = "${name}"
  availability_zone = local.zone
  disk_size         = ${attached}
  disk_type         = "${type}"
  charge_type       = "dynamic"
}
resource "ucloud_disk_attachment" "attached" {
  availability_zone              = local.zone
  disk_id                        = ucloud_disk.attached.id
  instance_id                    = ucloud_instance.host.id
  stop_instance_before_detaching = ${stops}
}
resource "ucloud_disk" "spare" {
  availability_zone = local.zone
  disk_size         = ${spare}
  disk_type         = "data_disk"
  tag               = "spare"
}
resource "ucloud_disk" "rssd" {
  name              = "rssd-disk"
  availability_zone = local.zone
  disk_size         = 20
  disk_type         = "rssd_data_disk"
}
data "ucloud_disks" "all" {
  ids = [ucloud_disk_attachment.attached.disk_id, ucloud_disk.spare.id]
}
data "ucloud_disks" "rssd" {
  availability_zone = local.zone
  disk_type         = "rssd_data_disk"
  name_regex        = ucloud_disk.rssd.name
}
output "found" {
  value = {
    types  = sort(data.ucloud_disks.all.disks[*].disk_type)
    states = sort(data.ucloud_disks.all.disks[*].status)
    rssd   = data.ucloud_disks.rssd.disks[*].disk_size
    device = ucloud_disk_attachment.attached.device_name
  }
}
`;

test.skipIf(!programs)('disks and their attachments', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  await liveTwice({
    cloud,
    root,
    created: disks(),
    onCreated({ found }) {
      expect(found).toEqual({ types: ['data_disk', 'ssd_data_disk'], states: ['Available', 'InUse'], rssd: [20], device: '/dev/vdb' });
      cloud.requests.clear();
    },
    changed: [
      { config: disks({ name: 'renamed-disk', spare: 30 }), plans: { 'ucloud_disk.attached': 'update', 'ucloud_disk.spare': 'update' } },
      {
        config: disks({ name: 'renamed-disk', spare: 30, attached: 40, stops: true }),
        plans: { 'ucloud_disk.attached': 'update', 'ucloud_disk_attachment.attached': 'update' },
      },
      {
        config: disks({ name: 'renamed-disk', spare: 30, attached: 40, type: 'data_disk' }),
        plans: { 'ucloud_disk.attached': 'replace', 'ucloud_disk_attachment.attached': 'replace' },
      },
    ],
    // `reboot_instance_for_resizing` is the provider's own: it is set again.
    imported: { 'ucloud_disk.rssd': 'update', 'ucloud_disk.attached': 'update' },
  });
  const changed = trace(cloud, { actions: /^(Rename|Resize|Stop|Start)/ });
  expect(changed.slice(0, 2).sort()).toEqual(['RenameUDisk', 'ResizeUDisk']);
  // The last stop comes before the disk is detached, to be replaced.
  expect(changed.slice(2)).toEqual(['StopUHostInstance', 'ResizeAttachedDisk', 'StartUHostInstance', 'StopUHostInstance']);
});
