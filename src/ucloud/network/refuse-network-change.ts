import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { setCommand } from '../../options/conflict.js';
import { networkValues } from '../terraform/network-values.js';
import { rootOf } from '../../terraform/root.js';
import { hasResources } from '../../terraform/has-resources.js';
import { valuesOf } from '../account/refuse-move.js';
import type { UcloudCluster } from '../ucloud-subject.js';

/** Properties of the networks: their place in terraform's state, and their settings. */
const PARTS = [
  { part: 'management', field: 'cidr', key: 'managementCidr' },
  { part: 'management', field: 'vpc_id', key: 'vpcId' },
  { part: 'management', field: 'subnet_id', key: 'subnetId' },
  { part: 'clients', field: 'cidr', key: 'clientsCidr' },
  { part: 'clients', field: 'vpc_id', key: 'clientVpcId' },
  { part: 'clients', field: 'subnet_id', key: 'clientSubnetId' },
] as const;

/**
 * A network stays what it is while the cluster is there: UCloud changes no range that is in use, and hosts do not move.
 * @throws UsageError `network-changed` with the settings as they were.
 */
export async function refuseNetworkChange(cluster: UcloudCluster): Promise<void> {
  const root = rootOf(cluster.paths, 'network');
  const before = await valuesOf<Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>>>(root);
  const now = networkValues(cluster) as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  const changed = PARTS.filter(({ part, field }) => {
    const was = before?.[part]?.[field];
    return typeof was === 'string' && was !== now[part]?.[field];
  });
  if (changed.length === 0 || !hasResources(root)) return;
  const was = Object.fromEntries(changed.map(({ part, field, key }) => [key, String(before?.[part]?.[field])]));
  const keys = Object.keys(was);
  throw new UsageError(`${keys.join(' and ')} cannot be changed while the network of cluster ${cluster.name} is there`, {
    code: 'network-changed',
    why: keys.map((key) => `${key} is ${was[key] || 'empty'} there`),
    next: hint`${setCommand(cluster.name, was)}; to change it, first ${nomadctl`down ${cluster.name} --wait-network`}`,
  });
}
