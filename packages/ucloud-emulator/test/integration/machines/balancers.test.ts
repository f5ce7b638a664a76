import { expect, test } from 'vitest';
import { canRunMachines, createHosts, hostsIn, machinesCloud, ssh } from '../../../../../test/helpers/machines-cloud.js';

const can = await canRunMachines();

test.skipIf(!can)('a public load balancer leads to its backends by turns, and passes over those that are stopped', async () => {
  const cloud = await machinesCloud();
  const hosts = await createHosts(cloud, { Name: 'web', MaxCount: 2 });
  await hostsIn(cloud, 'Running', hosts);
  const { ULBId } = await cloud.ok('CreateULB', { ULBName: 'front', OuterMode: 'Yes', ListenType: 'RequestProxy' });
  const { EIPId, EIPAddr } = (await cloud.ok('AllocateEIP', { OperatorName: 'Bgp', Bandwidth: 1 })).EIPSet[0];
  await cloud.ok('BindEIP', { EIPId, ResourceType: 'ulb', ResourceId: ULBId });
  // Every host has an sshd, and tells its name.
  const { VServerId } = await cloud.ok('CreateVServer', { ULBId, Protocol: 'TCP', FrontendPort: 22, ListenType: 'RequestProxy' });
  for (const ResourceId of hosts) await cloud.ok('AllocateBackend', { ULBId, VServerId, ResourceType: 'UHost', ResourceId, Port: 22 });
  const names = async (calls: number): Promise<string[]> => {
    const said: string[] = [];
    for (let call = 0; call < calls; call++) said.push((await ssh(EIPAddr[0].IP, 'hostname').catch(() => '')).trim());
    return said.toSorted();
  };
  await expect.poll(() => names(2), { timeout: 60_000 }).toEqual(['web-1', 'web-2']);

  await cloud.ok('PoweroffUHostInstance', { UHostId: hosts[0] ?? '' });
  await hostsIn(cloud, 'Stopped', hosts.slice(0, 1));
  await expect.poll(() => names(2), { timeout: 60_000 }).toEqual(['web-2', 'web-2']);
  await cloud.ok('StartUHostInstance', { UHostId: hosts[0] ?? '' });
  await hostsIn(cloud, 'Running', hosts);
  await expect.poll(() => names(2), { timeout: 60_000 }).toEqual(['web-1', 'web-2']);
});
