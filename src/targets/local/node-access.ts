import { existsSync } from 'node:fs';
import { passedOnEnv } from '../../tools/passed-on-env.js';
import { agentFiles, nodeDir } from '../../agents/node-record.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { agentsOf, agentOf } from '../../cluster/node-roles.js';
import { consulVariables, nomadVariables } from '../../cluster/connection.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { NodeProgram } from '../target.js';
import type { Context } from '../../context.js';
import { nodeNamed } from '../../cluster/node-named.js';
import { localConnection } from './connection.js';
import type { LocalCluster } from './local-cluster.js';
import { dirname } from 'node:path';

/** A local node is a folder and some addresses: a shell "on" it starts there, with that node's own agents as default. */
export async function localProgram(
  cluster: LocalCluster,
  state: Partial<ClusterState>,
  { node: name, argv, ctx }: { node: string; argv: readonly string[]; ctx: Context },
): Promise<NodeProgram> {
  const node = nodeNamed(name, state.nodes);
  const [file = ctx.env['SHELL'] ?? '/bin/sh', ...rest] = argv;
  const own = await reachNodes([node], { cluster, env: ctx.env, redact: ctx.redact });
  const nomad = agentOf(node.role, 'nomad') ? own.endpoint(nodeOf(node), 'nomad') : (await localConnection(cluster, state, ctx))?.nomad;
  const tools = Object.values(state.tools ?? {}).map(({ path }) => dirname(path));
  return {
    file,
    argv: rest,
    cwd: nodeDir(cluster.paths.agents, node.name),
    env: {
      ...passedOnEnv(ctx.env),
      PATH: [...new Set(tools), ctx.env['PATH'] ?? ''].join(':'),
      ...consulVariables(own.endpoint(nodeOf(node), 'consul')),
      ...(nomad ? nomadVariables(nomad) : {}),
      NOMADCTL_CLUSTER: cluster.name,
      NOMADCTL_NODE: node.name,
    },
  };
}

/** The log of every agent of a node. What an agent printed before its log was open is in its own file, shown when there is no log. */
export async function localLogFiles(
  cluster: LocalCluster,
  state: Partial<ClusterState>,
  { node }: { node: string },
): Promise<{ agent: string; path: string }[]> {
  return agentsOf(nodeNamed(node, state.nodes).role).map(({ program }) => {
    const { log, output } = agentFiles(cluster.paths.agents, node, program);
    return { agent: program, path: existsSync(log) ? log : output };
  });
}
