import type { Context } from '../../context.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { launch } from '../../agents/agent-lifecycle.js';
import { stopAgent } from '../../agents/agent-process.js';
import { runningAgent } from '../../agents/running-agent.js';
import { nodeDir, type NodeRecord } from '../../agents/node-record.js';
import { sweep } from '../../agents/leftovers/sweep.js';
import { agentOf } from '../../cluster/node-roles.js';
import { agentsIn } from '../../agents/agents-in.js';
import type { ClusterState } from '../../agents/local-state.js';
import { nodeNamed } from '../../cluster/node-named.js';
import type { LocalCluster } from './local-cluster.js';

/** Ends a node's agents at once, and what they left running, as if its power had gone. */
export async function cutPower(node: NodeRecord, cluster: LocalCluster, ctx: Omit<Context, 'ui'>): Promise<void> {
  const agents = agentsIn([node], cluster.paths.agents);
  await mapBounded(agents, PROCESSES_AT_ONCE, ({ files }) => stopAgent(files, ctx.clock, 'now'));
  await sweep(nodeDir(cluster.paths.agents, node.name), ctx);
}

/** Starts those of a node's agents that do not run. @throws PrerequisiteError `cluster-down` before the first `up` */
export async function givePower(
  name: string,
  { cluster, state, ctx }: { cluster: LocalCluster; state: Partial<ClusterState>; ctx: Omit<Context, 'ui'> },
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
