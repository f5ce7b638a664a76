import { describe, expect, test } from 'vitest';
import { emulatedCloud, type EmulatedCloud } from '../helpers/emulated-cloud.js';
import { resourcesLeft, takeDown } from '../helpers/take-down.js';
import { terraformHome, upWithoutAgents } from '../helpers/terraform-home.js';
import { findUcloudTerraform, type TerraformPrograms } from '../helpers/terraform-provider.js';

const programs = findUcloudTerraform();
const tools = programs as TerraformPrograms;
const FAST = { timeScale: 200 };
const TIMEOUT = { timeout: 180_000 };
const yes = { global: { yes: true } };

async function ownNetwork(cloud: EmulatedCloud, base: string): Promise<{ VPCId: string; SubnetId: string }> {
  const { VPCId } = await cloud.ok('CreateVPC', { Name: `own-${base}`, 'Network.0': `${base}.0.0/16` });
  const { SubnetId } = await cloud.ok('CreateSubnet', { VPCId, Subnet: `${base}.1.0`, Netmask: 24 });
  return { VPCId: String(VPCId), SubnetId: String(SubnetId) };
}

describe.skipIf(!programs)('down on UCloud, of what terraform made: networks', () => {
  test('networks of one’s own stay as they were, without the peerings that up made', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const [management, clients, controller] = [
      await ownNetwork(cloud, '10.90'),
      await ownNetwork(cloud, '10.91'),
      await ownNetwork(cloud, '10.92'),
    ];
    const before = await resourcesLeft(cloud);
    const settings = {
      vpcId: management.VPCId,
      subnetId: management.SubnetId,
      clientVpcId: clients.VPCId,
      clientSubnetId: clients.SubnetId,
      controllerVpcId: controller.VPCId,
      managementCidr: '10.90.0.0/16',
      clientsCidr: '10.91.0.0/16',
    };
    const ctx = await terraformHome(cloud, tools, { ...yes, settings });
    await upWithoutAgents(ctx);
    expect((await resourcesLeft(cloud))['peering']).toBeGreaterThan(0);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
  });

  test('a network beside that of a controller: the controller’s stays', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const controller = await ownNetwork(cloud, '10.92');
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, { ...yes, settings: { controllerVpcId: controller.VPCId } });
    await upWithoutAgents(ctx);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
  });

  test('up after a down that did not wait: the network is used again, and nothing is pending', TIMEOUT, async () => {
    const cloud = await emulatedCloud(FAST);
    const before = await resourcesLeft(cloud);
    const ctx = await terraformHome(cloud, tools, yes);
    await upWithoutAgents(ctx);
    await takeDown(ctx, {});
    await upWithoutAgents(ctx);
    expect((await cloud.ok('DescribeVPC', { Tag: 'nomadctl-prod' })).TotalCount).toBe(2);
    expect((await cloud.ok('DescribeUHostInstance')).TotalCount).toBe(3);
    await takeDown(ctx);
    expect(await resourcesLeft(cloud)).toEqual(before);
  });
});
