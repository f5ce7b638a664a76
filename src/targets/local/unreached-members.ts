import { withinTime } from '@nomadctl/base/signals/any-signal';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { Context } from '../../context.js';
import type { ClusterState } from '../../agents/local-state.js';
import { agentFiles } from '../../agents/node-record.js';
import { runningAgent } from '../../agents/running-agent.js';
import { unreachedFromHere } from '../../cluster/gossip/probe-from-here.js';
import type { UnreachedMember } from '../../cluster/gossip/unreached-members.js';
import { isServerOf } from '../../cluster/node-roles.js';
import { gossipKey } from '../../security/gossip-key.js';
import type { ClusterReport } from '../cluster-report.js';
import { localConnection } from './connection.js';
import type { LocalCluster } from './local-cluster.js';

/** Members of Consul that servers of this computer do not reach at the addresses that Consul has of them. */
export async function unreachedLocally(
  { paths }: LocalCluster,
  { nodes = [] }: Partial<ClusterState>,
  { members, ctx }: { readonly members: NonNullable<ClusterReport['consulMembers']>; readonly ctx: Pick<Context, 'redact' | 'signal'> },
): Promise<readonly UnreachedMember[]> {
  const from = nodes.filter(({ name, role }) => isServerOf(role, 'consul') && runningAgent(agentFiles(paths.agents, name, 'consul')));
  if (from.length === 0) return [];
  const { redact, signal } = ctx;
  return unreachedFromHere({ from, members, key: await gossipKey({ paths, redact }, 'consul'), signal });
}

const LOOK_MS = 2000;

/** The same for whoever has not asked Consul yet; none where it does not answer. */
export async function findUnreached(
  cluster: LocalCluster,
  state: Partial<ClusterState>,
  ctx: Context,
): Promise<readonly UnreachedMember[]> {
  try {
    const connection = await localConnection(cluster, state, ctx);
    if (!connection) return [];
    const members = await createConsulApi(connection.consul).members(withinTime(ctx.signal, LOOK_MS));
    return await unreachedLocally(cluster, state, { members: members.filter(({ status }) => status !== 'left'), ctx });
  } catch {
    ctx.signal.throwIfAborted();
    return [];
  }
}
