import type { Context } from '../../context.js';
import { powerOff, powerOn } from '../../ucloud/hosts/host-power.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import type { UcloudHost } from '../../ucloud/ucloud-state.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** As a power cut would. */
export async function stopNode(cluster: UcloudTargetCluster, { id, name }: UcloudHost, ctx: Omit<Context, 'ui'>): Promise<void> {
  await powerOff(await ucloudOf(cluster, ctx), { id, name, clock: ctx.clock, signal: ctx.signal });
}

export async function startNode(cluster: UcloudTargetCluster, { id, name }: UcloudHost, ctx: Omit<Context, 'ui'>): Promise<void> {
  await powerOn(await ucloudOf(cluster, ctx), { id, name, clock: ctx.clock, signal: ctx.signal });
}
