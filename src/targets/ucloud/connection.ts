import { statePlaceOf } from '../../config/state-options.js';
import type { Context } from '../../context.js';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import { serversOf } from '../../cluster/cluster-node.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { reachCluster } from '../../ucloud/security/reach-cluster.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { nodeNamed } from '../../cluster/node-named.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

/** Through the first servers. Nothing before the first host is there. */
export async function ucloudConnection(
  cluster: UcloudTargetCluster,
  state: Partial<UcloudState>,
  ctx: Omit<Context, 'ui'> & Partial<Pick<Context, 'ui'>>,
): Promise<ClusterConnection | undefined> {
  const { hosts = [] } = state;
  if (hosts.length === 0) return undefined;
  const reached = await reachCluster(hosts, { ...ctx, cluster });
  const endpoints = (program: AgentProgram): AgentEndpoint[] =>
    serversOf(reached.nodes, program).map((node) => reached.endpoint(node, program));
  const servers = { nomad: endpoints('nomad'), consul: endpoints('consul') };
  const [[nomad], [consul]] = [servers.nomad, servers.consul];
  if (!nomad || !consul) return undefined;
  return {
    cluster: cluster.name,
    nomad,
    consul,
    servers,
    pluginMirror: cluster.settings.pluginMirror,
    statePlace: statePlaceOf(cluster.settings),
    nodes: {
      run: async (node, argv, { signal, timeoutMs }) =>
        (await import('./node-access.js')).runOnHost(cluster, state, { node, argv, timeoutMs, ctx: { ...ctx, signal } }),
      stop: async (node, signal) => (await import('./node-power.js')).stopNode(cluster, nodeNamed(node, state.hosts), { ...ctx, signal }),
      start: async (node, signal) => (await import('./node-power.js')).startNode(cluster, nodeNamed(node, state.hosts), { ...ctx, signal }),
    },
  };
}
