import { command as down } from '../../src/commands/down.js';
import type { EmulatedCloud } from './emulated-cloud.js';
import type { UcloudHome } from './ucloud-home.js';

/** `down` of the cluster `prod`, which also waits for the network unless other flags are given. */
export const takeDown = (ctx: UcloudHome, flags: Record<string, boolean | string> = { waitNetwork: true }) =>
  down.run({ args: { name: 'prod' }, flags }, ctx);

/** How many resources of each kind the cloud still has. */
export async function resourcesLeft(cloud: EmulatedCloud): Promise<Record<string, number>> {
  await cloud.ok('DescribeVPC');
  const { lease: _, ...resources } = (await cloud.control('GET', '/resources')).body.resources as Record<string, number>;
  return resources;
}
