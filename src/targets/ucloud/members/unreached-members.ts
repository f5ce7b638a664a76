import { withinTime } from '@nomadctl/base/signals/any-signal';
import { createConsulApi } from '../../../clients/consul/consul-api.js';
import { livingServer } from '../../../cluster/answering-server.js';
import type { UnreachedMember } from '../../../cluster/gossip/unreached-members.js';
import { isServerOf } from '../../../cluster/node-roles.js';
import type { Context } from '../../../context.js';
import { learnHostKeys } from '../../../machines/host-keys.js';
import { sshPathsOf } from '../../../machines/ssh-key.js';
import { unreachedFromHosts } from '../../../machines/unreached-from-hosts.js';
import { gossipKey } from '../../../security/gossip-key.js';
import { reachCluster } from '../../../ucloud/security/reach-cluster.js';
import type { UcloudState } from '../../../ucloud/ucloud-state.js';
import type { ClusterReport } from '../../cluster-report.js';
import type { UcloudTargetCluster } from '../ucloud-cluster.js';

/** Of a connection over SSH and all that is asked by it. */
const LOOK_MS = 5000;

export interface UcloudLook {
  /** As Consul tells them; it is asked where they are not given. */
  readonly members?: ClusterReport['consulMembers'];
  /** `server`: one of Consul's asks all members. `everybody`: every server does, and every other host asks the servers. */
  readonly asked: 'server' | 'everybody';
}

/**
 * Members of Consul that hosts do not reach at the addresses that Consul has of them. Hosts that nobody can be sure of, and those that
 * do not answer over SSH, are left out. Never throws but for an interrupt.
 */
export async function unreachedAtUcloud(
  cluster: UcloudTargetCluster,
  { hosts = [] }: Partial<UcloudState>,
  { look, ctx }: { readonly look: UcloudLook; readonly ctx: Context },
): Promise<readonly UnreachedMember[]> {
  try {
    const signal = withinTime(ctx.signal, LOOK_MS);
    const reached = await reachCluster(hosts, { ...ctx, cluster });
    const living = await livingServer(reached, 'consul', signal);
    if (!living) return [];
    const consul = createConsulApi(reached.endpoint(living, 'consul'));
    const members = look.members ?? (await consul.members(signal)).filter(({ status }) => status !== 'left');
    const unknown = await learnHostKeys(sshPathsOf(cluster.paths), hosts, () => consul.catalogNodes(signal));
    const servers = members.filter(({ role }) => role === 'server');
    const asks = hosts
      .filter(({ name }) => !unknown.includes(name) && (look.asked === 'everybody' || name === living.name))
      .map((host) => ({ host, members: isServerOf(host.role, 'consul') ? members : servers }));
    const key = await gossipKey({ paths: cluster.paths, redact: ctx.redact }, 'consul');
    return await unreachedFromHosts({ cluster, hosts, ctx: { ...ctx, signal }, asks, key, timeoutMs: LOOK_MS });
  } catch {
    ctx.signal.throwIfAborted();
    return [];
  }
}
