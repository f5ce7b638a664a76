import { statePlaceOf } from '../../config/state-options.js';
import type { Context } from '../../context.js';
import type { StepContext } from '../../engine/step.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { runningAgent } from '../../agents/running-agent.js';
import { linkNamed, namedLinks } from '../../agents/named-links.js';
import { agentFiles, type NodeRecord } from '../../agents/node-record.js';
import { nodeOf, reachNodes } from '../../agents/reach-nodes.js';
import { isServerOf, type AgentProgram } from '../../cluster/node-roles.js';
import type { ClusterState } from '../../agents/local-state.js';
import type { LocalSubject } from '../../agents/local-subject.js';
import type { AgentEndpoint } from '../../clients/agent-endpoint.js';
import type { ClusterConnection, DnsAddress } from '../../cluster/connection.js';
import { findProgram } from '../../programs/find-program.js';
import { programsPath } from '../../tools/programs-path.js';
import { nodeNamed } from '../../cluster/node-named.js';
import type { LocalCluster } from './local-cluster.js';

/** A command's context, or a step's. */
type Outside = Omit<Context, 'ui'>;

/** Connects to the first server that is alive. When none is, it takes the first one, so that an error can name an address. */
export async function localConnection(
  cluster: LocalCluster,
  state: Partial<ClusterState>,
  ctx: Outside,
): Promise<ClusterConnection | undefined> {
  const { env, redact } = ctx;
  const nodes = state.nodes ?? [];
  const reached = await reachNodes(nodes, { cluster, env, redact });
  const endpoints = (program: AgentProgram): AgentEndpoint[] =>
    serversFor(program, cluster, state).map((node) => reached.endpoint(nodeOf(node), program));
  const servers = { nomad: endpoints('nomad'), consul: endpoints('consul') };
  const [[nomad], [consul]] = [servers.nomad, servers.consul];
  if (!nomad || !consul) return undefined;
  const { agents } = cluster.paths;
  return {
    cluster: cluster.name,
    nomad,
    consul,
    servers,
    statePlace: statePlaceOf(cluster.settings),
    ...(state.tools ? { nomadProgram: state.tools.nomad.path } : {}),
    consulOn: (name) => {
      const node = nodes.find((one) => one.name === name);
      return node && reached.endpoint(nodeOf(node), 'consul');
    },
    names: dnsOf(cluster, state),
    nodes: {
      path: programsPath(ctx, namedLinks(agents)),
      useNamed: async () => linkNamed(agents, await namedFiles(ctx)),
      stop: async (node, signal) => (await import('./node-power.js')).cutPower(nodeNamed(node, state.nodes), cluster, { ...ctx, signal }),
      start: async (node, signal) => (await import('./node-power.js')).givePower(node, { cluster, state, ctx: { ...ctx, signal } }),
    },
  };
}

/** For steps: as the cluster is at that moment. @throws PrerequisiteError `cluster-not-up` before it has nodes */
export async function connectNow(at: StepContext<LocalSubject, ClusterState>): Promise<ClusterConnection> {
  const connection = await localConnection({ ...at.cluster, target: 'local' }, at.state, at);
  if (connection) return connection;
  throw new PrerequisiteError(`cluster ${at.cluster.name} is not up`, { code: 'cluster-not-up', next: again() });
}

async function namedFiles(ctx: Outside): Promise<Map<string, string>> {
  const files = new Map<string, string>();
  for (const { program } of ctx.programs.all()) files.set(program, (await findProgram(ctx, program)) ?? '');
  return files;
}

function serversFor(program: AgentProgram, cluster: LocalCluster, { nodes = [] }: Partial<ClusterState>): NodeRecord[] {
  return livingFirst(
    nodes.filter(({ role }) => isServerOf(role, program)),
    program,
    cluster,
  );
}

/** Every node has an agent of Consul's, and each knows all names. */
function dnsOf(cluster: LocalCluster, { nodes = [] }: Partial<ClusterState>): DnsAddress[] {
  return livingFirst(nodes, 'consul', cluster).map(({ address, ports }) => ({ address, port: ports.consulDns }));
}

function livingFirst(nodes: readonly NodeRecord[], program: AgentProgram, { paths }: LocalCluster): NodeRecord[] {
  const alive = nodes.filter(({ name }) => runningAgent(agentFiles(paths.agents, name, program)));
  return [...alive, ...nodes.filter((node) => !alive.includes(node))];
}
