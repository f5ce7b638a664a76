import type { Disk, Host } from '../../clients/ucloud/host-model.js';
import type { Context } from '../../context.js';
import { isAbort } from '@nomadctl/base/errors';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { findOwned } from '../../ucloud/owned/owned-resources.js';
import { haveVolumes } from '../../ucloud/classes/furnish-hosts.js';
import { volumeDisks } from '../../ucloud/classes/volumes.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { HostRole } from '../../cluster/cluster-host.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** A host as UCloud shows it, or as `up` left it where UCloud was not to be asked. */
export interface SeenHost {
  readonly name: string;
  readonly role: HostRole;
  readonly id: string;
  readonly privateIp: string;
  readonly publicIp?: string;
  /** UCloud's word; absent when UCloud did not tell. */
  readonly state?: string;
}

export interface SeenHosts {
  readonly hosts: readonly SeenHost[];
  /** Disks of volumes; absent where no class has any, or UCloud did not tell. */
  readonly volumes?: readonly Disk[];
  /** Why UCloud did not tell. */
  readonly problem?: string;
}

/** The cluster's hosts by its tag, so that a lost journal does not matter. Never throws but for an interrupt. */
export async function observeHosts(cluster: UcloudTargetCluster, state: Partial<UcloudState>, ctx: Context): Promise<SeenHosts> {
  try {
    const api = await ucloudOf(cluster, ctx);
    const asksForDisks = haveVolumes(cluster) || Object.keys(state.furnished ?? {}).length > 0;
    const [{ hosts }, volumes] = await Promise.all([
      findOwned(api, cluster.name, { signal: ctx.signal, kinds: ['hosts'] }),
      asksForDisks ? volumeDisks(api, cluster.name, ctx.signal) : undefined,
    ]);
    const seen = hosts.flatMap((host) => seenHost(host, cluster.name));
    const rank = ({ role }: SeenHost): number => ROLES.indexOf(role);
    const sorted = seen.sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, 'en', { numeric: true }));
    return { hosts: sorted, ...(volumes ? { volumes } : {}) };
  } catch (error) {
    if (ctx.signal.aborted && isAbort(error)) throw error;
    return { hosts: state.hosts ?? [], problem: error instanceof Error ? error.message : String(error) };
  }
}

const ROLES: readonly HostRole[] = ['consul-server', 'nomad-server', 'client'];

/** Instances are called `<cluster>-<node>`; hosts of image builds are no nodes. */
function seenHost({ UHostId, Name, State, IPSet }: Host, cluster: string): SeenHost[] {
  const name = Name.slice(cluster.length + 1);
  const role = ROLES.find((candidate) => name.startsWith(`${candidate}-`));
  if (!Name.startsWith(`${cluster}-`) || !role) return [];
  const privateIp = IPSet.find(({ Type }) => Type === 'Private')?.IP ?? '';
  const publicIp = IPSet.find(({ Type }) => Type !== 'Private')?.IP;
  return [{ name, role, id: UHostId, privateIp, ...(publicIp === undefined ? {} : { publicIp }), state: State }];
}
