import type { Context } from '../../context.js';
import { describeOwned } from '../../ucloud/owned/describe-owned.js';
import { keptIds } from '../../ucloud/settings/kept-ids.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { retryRead } from '../../ucloud/owned/retry-read.js';
import { findOwned, type OwnedKind } from '../../ucloud/owned/owned-resources.js';
import { formatPrice, priceOwned, totalCost } from '../../ucloud/owned/price-owned.js';
import type { Destruction, DownOptions } from '../target.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

const ALWAYS: readonly OwnedKind[] = ['hosts', 'eips', 'disks', 'balancers', 'natGateways', 'certificates', 'firewalls', 'isolationGroups'];
/** In the words of a bill; firewalls and groups are worth no question. */
const TOLD: readonly OwnedKind[] = ['hosts', 'eips', 'disks', 'balancers', 'natGateways', 'images', 'vpcs'];

/** What a `down` would destroy, by the cluster's tag, and what it costs as long as it is there. */
export async function destructionAtUcloud(
  cluster: UcloudTargetCluster,
  { waitNetwork, prune }: DownOptions,
  ctx: Context,
): Promise<Destruction | undefined> {
  const api = await ucloudOf(cluster, ctx);
  const kinds: readonly OwnedKind[] = [...ALWAYS, ...(prune ? ['images' as const] : []), ...(waitNetwork ? ['vpcs' as const] : [])];
  const found = await retryRead(() => findOwned(api, cluster.name, { signal: ctx.signal, kinds }), ctx);
  const keep = keptIds(cluster.settings);
  const owned = { ...found, vpcs: found.vpcs.filter(({ VPCId }) => !keep.includes(VPCId)) };
  const summary = describeOwned(owned, TOLD);
  if (summary === '') return undefined;
  const { perHour, perMonth } = totalCost(await priceOwned(api, owned, ctx.signal));
  return { summary, ...(perHour > 0 ? { cost: `about ${formatPrice(perHour)} an hour, ${formatPrice(perMonth)} a month` } : {}) };
}
