import type { Context } from '../../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { launch } from '../../agents/agent-lifecycle.js';
import { runningAgent, stopAgent } from '../../agents/agent-process.js';
import { agentFiles, nodeDir, type NodeRecord } from '../../agents/node-record.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { sweep } from '../../agents/sweep.js';
import { agentOf, isServerOf, type AgentProgram } from '../../cluster/node-roles.js';
import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { programsPath } from '../../tools/programs-path.js';
import { nodeNamed } from '../../cluster/node-named.js';
import type { LocalCluster } from './local-cluster.js';

/** Connects to the first server that is alive. When none is, it takes the first one, so that an error can name an address. */
export async function localConnection(
  cluster: LocalCluster,
  state: Partial<ClusterState>,
  ctx: Context,
): Promise<ClusterConnection | undefined> {
  const nomad = serverFor('nomad', cluster, state);
  const consul = serverFor('consul', cluster, state);
  if (!nomad || !consul) return undefined;
  const { env, redact } = ctx;
  const nodes = state.nodes ?? [];
  const reached = await reachNodes(nodes, { cluster, env, redact });
  return {
    cluster: cluster.name,
    nomad: reached.endpoint(nodeOf(nomad), 'nomad'),
    consul: reached.endpoint(nodeOf(consul), 'consul'),
    ...(state.tools ? { nomadProgram: state.tools.nomad.path } : {}),
    consulOn: (name) => {
      const node = nodes.find((one) => one.name === name);
      return node && reached.endpoint(nodeOf(node), 'consul');
    },
    nodes: {
      path: programsPath(ctx),
      stop: (node, signal) => cutPower(nodeNamed(node, state.nodes), cluster, { ...ctx, signal }),
      start: (node, signal) => givePower(node, { cluster, state, ctx: { ...ctx, signal } }),
    },
  };
}

function serverFor(program: AgentProgram, cluster: LocalCluster, state: Partial<ClusterState>): NodeRecord | undefined {
  const servers = (state.nodes ?? []).filter(({ role }) => isServerOf(role, program));
  return servers.find(({ name }) => runningAgent(agentFiles(cluster.paths.agents, name, program))) ?? servers[0];
}

async function cutPower(node: NodeRecord, cluster: LocalCluster, ctx: Context): Promise<void> {
  const agents = agentsIn([node], cluster.paths.agents);
  await mapBounded(agents, PROCESSES_AT_ONCE, ({ files }) => stopAgent(files, ctx.clock, 'now'));
  await sweep(nodeDir(cluster.paths.agents, node.name), ctx);
}

async function givePower(
  name: string,
  { cluster, state, ctx }: { cluster: LocalCluster; state: Partial<ClusterState>; ctx: Context },
): Promise<void> {
  const { tools } = state;
  if (!tools)
    throw new PrerequisiteError(`cluster ${cluster.name} is not up`, { code: 'cluster-down', next: nomadctl`up ${cluster.name}` });
  const node = nodeNamed(name, state.nodes);
  const stopped = agentsIn([node], cluster.paths.agents).filter(
    ({ files, program }) => agentOf(node.role, program) && !runningAgent(files),
  );
  await mapBounded(stopped, PROCESSES_AT_ONCE, (agent) => launch(agent, tools, ctx));
}
