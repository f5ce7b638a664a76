import { refuseEnded } from '../../agents/agent-lifecycle.js';
import { agentsIn } from '../../agents/agents-in.js';
import { reachNodes } from '../../agents/reach-nodes.js';
import { defineStep, type LocalContext } from '../../agents/local-subject.js';
import type { AgentProgram } from '../../cluster/node-roles.js';
import { consulAclProblem, nomadAclProblem, workloadsProblem } from '../../security/acl/acl-problems.js';
import { ensureConsulAcl, type ConsulTokens } from '../../security/acl/ensure-consul-acl.js';
import { ensureNomadAcl } from '../../security/acl/ensure-nomad-acl.js';
import { ensureWorkloads, type KeySource } from '../../security/acl/ensure-workloads.js';
import type { Work } from '../../security/acl/work.js';
import { ensureClusterSecrets, readClusterSecrets, type ClusterSecrets } from '../../security/cluster-secrets.js';

// As long as servers may take to elect (wait-for-leaders.ts).
const TIMEOUT_MS = 5 * 60_000;

/** Gives the agents' tokens, with which they have been started, their rights in Consul. */
export const setUpConsulAclStep = defineStep({
  id: 'set-up-consul-acl',
  title: "Setting up Consul's access control",
  requires: ['nodes'],
  async isDone(at) {
    const secrets = await readClusterSecrets({ ...at, paths: at.cluster.paths }, namesOf(at));
    if (!secrets) return { done: false, because: 'tokens to choose' };
    const problem = await consulAclProblem(await reachNodes(at.state.nodes, at), tokensOf(secrets), at.signal);
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run(at) {
    const tokens = tokensOf(await secretsOf(at));
    const cluster = await reachNodes(at.state.nodes, at);
    const written = await ensureConsulAcl({ cluster, datacenter: at.cluster.settings.datacenter, tokens }, workOf(at, 'consul'));
    return { detail: `${written.length} written` };
  },
});

/** Makes the first token of Nomad before somebody else does. */
export const setUpNomadAclStep = defineStep({
  id: 'set-up-nomad-acl',
  title: "Setting up Nomad's access control",
  requires: ['nodes'],
  async isDone(at) {
    const problem = await nomadAclProblem(await reachNodes(at.state.nodes, at), at.signal);
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run(at) {
    const { management } = await secretsOf(at);
    return { detail: `token ${await ensureNomadAcl(await reachNodes(at.state.nodes, at), management.nomad, workOf(at, 'nomad'))}` };
  },
});

/** Lets tasks and services of Nomad log in to Consul. */
export const setUpWorkloadsStep = defineStep({
  id: 'set-up-workloads',
  title: 'Letting workloads log in to Consul',
  requires: ['nodes'],
  async isDone(at) {
    const problem = await workloadsProblem(await reachNodes(at.state.nodes, at), at.signal, keysOf(at));
    return problem === undefined ? { done: true } : { done: false, because: problem };
  },
  async run(at) {
    const written = await ensureWorkloads(await reachNodes(at.state.nodes, at), workOf(at, 'consul', 'nomad'), keysOf(at));
    return { detail: `${written.length} written` };
  },
});

type At = LocalContext<'nodes'>;

/** @param programs whose agents have to run for it */
function workOf({ cluster, state, clock, signal }: At, ...programs: readonly AgentProgram[]): Work {
  const servers = agentsIn(state.nodes, cluster.paths.agents).filter(
    ({ program, mode }) => mode === 'server' && programs.includes(program),
  );
  return { clock, signal, timeoutMs: TIMEOUT_MS, stillHopeful: () => refuseEnded(servers) };
}

/** Consul has no certificate to show to a Nomad that wants one. */
function keysOf({ cluster }: At): KeySource {
  return cluster.settings.clientCertificates ? 'told' : 'fetched';
}

function secretsOf({ cluster, state, redact }: At): Promise<ClusterSecrets> {
  return ensureClusterSecrets({ paths: cluster.paths, redact }, namesOf({ state }));
}

function namesOf({ state }: Pick<At, 'state'>): string[] {
  return state.nodes.map(({ name }) => name);
}

function tokensOf({ dns, nodes }: ClusterSecrets): ConsulTokens {
  const of = (program: 'consul' | 'nomad') => Object.fromEntries([...nodes].map(([node, tokens]) => [node, tokens[program]]));
  return { dns, agents: of('consul'), nomadAgents: of('nomad') };
}
