import { expect, test } from 'vitest';
import { cloudAndRoot, liveTwice, trace } from '../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../../../test/helpers/terraform-provider.js';

const programs = findUcloudTerraform();

interface Given {
  readonly name?: string;
  readonly bandwidth?: number;
  readonly mode?: string;
  /** The package of bandwidth that one of them shares. */
  readonly shares?: string;
  readonly months?: number;
  readonly holder?: string;
}

const addresses = ({ name = 'web', bandwidth = 2, mode = 'traffic', shares, months = 1, holder = 'one' }: Given) => `
resource "ucloud_eip" "web" {
  name          = "${name}"
  tag           = "${name}-tag"
  remark        = "${name} address"
  internet_type = "bgp"
  bandwidth     = ${bandwidth}
  charge_mode   = "${mode}"
  charge_type   = "dynamic"
}
resource "ucloud_eip" "month" {
  internet_type = "bgp"
  bandwidth     = 1
  charge_mode   = "bandwidth"
  duration      = ${months}
}
resource "ucloud_eip" "shared" {
  internet_type = "bgp"
  ${
    shares
      ? `charge_mode                = "share_bandwidth"
  share_bandwidth_package_id = "${shares}"`
      : `charge_mode   = "bandwidth"
  bandwidth     = 3`
  }
}
resource "ucloud_lb" "one" {
  name = "one"
}
resource "ucloud_lb" "two" {
  name = "two"
}
resource "ucloud_eip_association" "web" {
  eip_id      = ucloud_eip.web.id
  resource_id = ucloud_lb.${holder}.id
}
data "ucloud_eips" "all" {
  ids = [ucloud_eip_association.web.eip_id, ucloud_eip.shared.id]
}
output "web" {
  value = {
    id     = ucloud_eip.web.id
    lb     = ucloud_eip_association.web.resource_id
    type   = ucloud_eip_association.web.resource_type
    ip     = ucloud_eip.web.public_ip
    modes  = sort(data.ucloud_eips.all.eips[*].charge_mode)
    states = sort(data.ucloud_eips.all.eips[*].status)
    shares = compact(data.ucloud_eips.all.eips[*].share_bandwidth_package_id)
  }
}
`;

test.skipIf(!programs)('public addresses, what they are bound to, and the bandwidth that they share', async () => {
  const { cloud, root } = await cloudAndRoot(programs);
  // The provider has no resource for them.
  const packages = await Promise.all(
    ['one', 'two'].map((Name) => cloud.ok('AllocateShareBandwidth', { Name, ChargeType: 'Month', ShareBandwidth: 20 })),
  );
  const [one = '', two = ''] = packages.map(({ ShareBandwidthId }) => ShareBandwidthId as string);
  const later = { name: 'site', bandwidth: 8, mode: 'bandwidth' };
  await liveTwice({
    cloud,
    root,
    created: addresses({ shares: one }),
    onCreated({ web }) {
      expect(web).toMatchObject({ type: 'ulb', modes: ['share_bandwidth', 'traffic'], states: ['free', 'used'], shares: [one] });
      expect(web.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      cloud.requests.clear();
    },
    changed: [
      { config: addresses(later), plans: { 'ucloud_eip.web': 'update', 'ucloud_eip.shared': 'update' } },
      {
        config: addresses({ ...later, shares: one, months: 2, holder: 'two' }),
        plans: { 'ucloud_eip.month': 'replace', 'ucloud_eip.shared': 'update', 'ucloud_eip_association.web': 'replace' },
      },
      { config: addresses({ ...later, shares: two, months: 2, holder: 'two' }), plans: { 'ucloud_eip.shared': 'update' } },
    ],
    // `duration` and the package can not be read back: they are set again.
    imported: { 'ucloud_eip.web': 'import', 'ucloud_eip.shared': 'update' },
  });
  const asked = trace(cloud, { actions: /^(Modify|Set|Update|Associate|Disassociate|UnBind)/ });
  for (const action of ['ModifyEIPBandwidth', 'SetEIPPayMode', 'UpdateEIPAttribute', 'UnBindEIP']) expect(asked).toContain(action);
  // Out of the one, into it again, from it to the other; then the import, which says once more what it is in.
  const [leave, join] = ['DisassociateEIPWithShareBandwidth', 'AssociateEIPWithShareBandwidth'];
  expect(asked.filter((action) => /associate/i.test(action))).toEqual([leave, join, leave, join, join]);
});
