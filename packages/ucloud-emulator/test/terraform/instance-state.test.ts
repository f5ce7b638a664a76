import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

const host = (state: string, force = false) => `
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
}
resource "ucloud_instance_state" "host" {
  instance_id = ucloud_instance.host.id
  state       = "${state}"
  force       = ${force}
}
`;

// The provider sleeps ten seconds before each look at a state: alone in its file, beside the others.
test.skipIf(!programs)('the state of a host: stopped, running, stopped hard', async () => {
  const { cloud, root } = await cloudAndRoot(programs, { timings: { addressLease: 0 } });
  const state = async () => (await cloud.ok('DescribeUHostInstance')).UHostSet.map(({ State }: { State: string }) => State);
  await liveTwice({
    cloud,
    root,
    created: host('Stopped'),
    async onCreated() {
      expect(await state()).toEqual(['Stopped']);
    },
    changed: [{ config: host('Running'), plans: { 'ucloud_instance_state.host': 'update' } }],
    imported: { 'ucloud_instance_state.host': 'import' },
  });
  expect(trace(cloud, { actions: /^(Stop|Start)/ })).toEqual(['StopUHostInstance', 'StartUHostInstance', 'StopUHostInstance']);
});
