import { expect, test } from 'vitest';
import { emulatedCloud } from '../../helpers/emulated-cloud.js';
import { liveTwice, trace } from '../../helpers/terraform-life.js';
import { findUcloudTerraform } from '../../helpers/terraform-provider.js';
import { terraformRoot } from '../../helpers/terraform-root.js';

const programs = findUcloudTerraform();

interface Given {
  readonly packageId: string;
  readonly name?: string;
  readonly bandwidth?: number;
  readonly mode?: string;
  readonly shares?: boolean;
  readonly line?: string;
  readonly holder?: string;
}

const addresses = ({ packageId, name = 'web', bandwidth = 2, mode = 'traffic', shares = true, line = 'bgp', holder = 'one' }: Given) => `
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
  internet_type = "${line}"
  bandwidth     = 1
  charge_mode   = "bandwidth"
  duration      = 1
}
resource "ucloud_eip" "shared" {
  internet_type = "bgp"
  ${
    shares
      ? `charge_mode                = "share_bandwidth"
  share_bandwidth_package_id = "${packageId}"`
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
  const cloud = await emulatedCloud({ timeScale: 100 });
  const { ShareBandwidthId: packageId } = await cloud.ok('AllocateShareBandwidth', {
    Name: 'package',
    ChargeType: 'Month',
    ShareBandwidth: 20,
  });
  const root = await terraformRoot(cloud, { programs });
  await liveTwice({
    cloud,
    root,
    created: addresses({ packageId }),
    onCreated({ web }) {
      expect(web).toMatchObject({ type: 'ulb', modes: ['share_bandwidth', 'traffic'], states: ['free', 'used'], shares: [packageId] });
      expect(web.ip).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
      const asked = trace(cloud, { actions: /EIP$/, words: ['web', web.id] });
      expect(asked.slice(0, 6)).toEqual(['AllocateEIP', 'DescribeEIP', 'DescribeEIP', 'BindEIP', 'DescribeEIP', 'DescribeEIP']);
      cloud.requests.clear();
    },
    changed: [
      {
        config: addresses({ packageId, name: 'site', bandwidth: 8, mode: 'bandwidth', shares: false }),
        plans: { 'ucloud_eip.web': 'update', 'ucloud_eip.shared': 'update' },
      },
      {
        config: addresses({ packageId, name: 'site', bandwidth: 8, mode: 'bandwidth', line: 'international', holder: 'two' }),
        plans: { 'ucloud_eip.month': 'replace', 'ucloud_eip.shared': 'update', 'ucloud_eip_association.web': 'replace' },
      },
    ],
    // `duration` and the package can not be read back: they are set again.
    imported: { 'ucloud_eip.web': 'import', 'ucloud_eip.shared': 'update' },
  });
  const asked = trace(cloud, { actions: /^(Modify|Set|Update|Associate|Disassociate|UnBind)/ });
  for (const action of ['ModifyEIPBandwidth', 'SetEIPPayMode', 'UpdateEIPAttribute', 'UnBindEIP']) expect(asked).toContain(action);
  expect(asked.filter((action) => /associate/i.test(action)).slice(0, 2)).toEqual([
    'DisassociateEIPWithShareBandwidth',
    'AssociateEIPWithShareBandwidth',
  ]);
});
