import { expect } from 'vitest';
import { creationsIn, hostsIn, lastRequest, namesOf, writesTo } from './described-hosts.js';
import { emulatedCloud, type EmulatedCloud } from './emulated-cloud.js';
import { terraformHome, upWithoutAgents } from './terraform-home.js';
import type { TerraformPrograms } from './terraform-provider.js';

/** A fault as the emulator's faults take it. */
export type PassingFault = Parameters<EmulatedCloud['faults']['add']>[0];

/** One `up` meets the fault once, and ends well: everything is there, nothing twice, and a second one has nothing to do. */
export async function goesOnAfter(tools: TerraformPrograms, fault: PassingFault): Promise<void> {
  const cloud = await emulatedCloud({ timeScale: 200 });
  const ctx = await terraformHome(cloud, tools);
  cloud.faults.add({ ...fault, count: 1 });
  await upWithoutAgents(ctx);
  expect(namesOf(await hostsIn(cloud))).toEqual(['prod-client-1', 'prod-consul-server-1', 'prod-nomad-server-1']);
  expect(Object.values(creationsIn(cloud))).toEqual([1, 1, 1]);
  const isOwned = ({ Tag }: { Tag: string }): boolean => Tag === 'nomadctl-prod';
  expect((await cloud.ok('DescribeVPC', { Limit: 100 }))['DataSet'].filter(isOwned)).toHaveLength(2);
  expect((await cloud.ok('DescribeEIP', { Limit: 100 }))['EIPSet'].filter(isOwned)).toHaveLength(3);
  expect((await cloud.ok('DescribeFirewall', { Limit: 100 }))['DataSet'].filter(isOwned)).toHaveLength(3);
  const before = lastRequest(cloud);
  expect(await upWithoutAgents(ctx)).toMatchObject({ stepsRun: 0 });
  expect(writesTo(cloud, before)).toEqual([]);
}
