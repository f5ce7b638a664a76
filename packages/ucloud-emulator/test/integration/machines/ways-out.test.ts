import { expect, test } from 'vitest';
import { canRunMachines, containerOf, createHosts, execIn, hostsIn, machinesCloud } from '../../../../../test/helpers/machines-cloud.js';
import { outsideWorld } from '../../helpers/outside-world.js';

const can = await canRunMachines();

test.skipIf(!can)('a host reaches the internet with an EIP, or through a NAT gateway that has one', async () => {
  const outside = outsideWorld();
  const cloud = await machinesCloud();
  const [host = ''] = await createHosts(cloud);
  await hostsIn(cloud, 'Running', [host]);
  const container = await containerOf(cloud, host);
  const reaches = async () => {
    const { exitCode, output } = await execIn(container, 'timeout', '5', 'bash', '-c', `cat < /dev/tcp/${outside.far}/80`);
    return exitCode === 0 ? output : (/Network is unreachable/.exec(output)?.[0] ?? `${exitCode}: ${output}`);
  };
  await expect.poll(reaches, { timeout: 15_000 }).toContain(outside.near);

  const { EIPId } = (await cloud.ok('DescribeEIP')).EIPSet[0];
  await cloud.ok('UnBindEIP', { EIPId, ResourceType: 'uhost', ResourceId: host });
  await expect.poll(reaches, { timeout: 15_000 }).toBe('Network is unreachable');

  const { VPCId, SubnetId } = (await cloud.ok('DescribeSubnet')).DataSet[0];
  const { FWId } = (await cloud.ok('DescribeFirewall')).DataSet[0];
  const gateway = { NATGWName: 'way-out', VPCId, FirewallId: FWId, 'SubnetworkIds.0': SubnetId, 'EIPIds.0': EIPId };
  const { NATGWId } = await cloud.ok('CreateNATGW', gateway);
  await expect.poll(reaches, { timeout: 15_000 }).toContain(outside.near);

  // Whoever is not on the list stays in.
  await cloud.ok('EnableWhiteList', { NATGWId, IfOpen: 1 });
  await expect.poll(reaches, { timeout: 15_000 }).toBe('Network is unreachable');
  await cloud.ok('AddWhiteListResource', { NATGWId, 'ResourceIds.0': host });
  await expect.poll(reaches, { timeout: 15_000 }).toContain(outside.near);
  await cloud.ok('DeleteNATGW', { NATGWId });
  await expect.poll(reaches, { timeout: 15_000 }).toBe('Network is unreachable');
});
