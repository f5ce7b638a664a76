import type { AgentProgram } from '../../cluster/node-roles.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { Step, StepContext } from '../../engine/step.js';
import type { ConsulTokens } from '../../security/acl/ensure-consul-acl.js';
import type { KeySource } from '../../security/acl/ensure-workloads.js';
import type { Work } from '../../security/acl/work.js';
import { ensureClusterSecrets, readClusterSecrets, type ClusterSecrets } from '../../security/cluster-secrets.js';
import type { ClusterPaths } from '@nomadctl/base/paths';

interface Secured {
  readonly cluster: { readonly paths: ClusterPaths; readonly settings: { readonly datacenter: string } };
}

export interface AclPlace<Subject, State, Key extends keyof State> {
  /** The key of the state by which `reached` reaches the cluster's nodes. */
  readonly needs: Key;
  /** With the management tokens. */
  readonly reached: (at: StepContext<Subject, State, Key>) => Promise<ReachedCluster>;
  /**
   * Whether Consul's servers are given the management token by a call, as Nomad's are: where no node may have it in a file. Else
   * they have it in their configuration until they have elected.
   */
  readonly consulByCall: boolean;
  /** Throws when the servers of these programs will not come up; by default nobody can tell. */
  readonly refuseHopeless?: (at: StepContext<Subject, State, Key>, programs: readonly AgentProgram[]) => void;
  /** How Consul learns the keys of Nomad; by default it fetches them. */
  readonly keys?: (at: StepContext<Subject, State, Key>) => KeySource;
}

/** Loaded where there is a cluster to look at: a plan is shown without one, too. */
const problems = () => import('../../security/acl/acl-problems.js');
const consulAcl = () => import('../../security/acl/ensure-consul-acl.js');
const firstToken = () => import('../../security/acl/ensure-first-token.js');
const workloads = () => import('../../security/acl/ensure-workloads.js');

// As long as servers may take to elect.
const TIMEOUT_MS = 5 * 60_000;

/** The steps that set up access control in Consul and Nomad, wherever they run; workloads last, for they need both. */
export function setUpAclSteps<Subject extends Secured, State, Key extends keyof State>({
  needs,
  reached,
  consulByCall,
  refuseHopeless,
  keys = () => 'fetched',
}: AclPlace<Subject, State, Key>): Record<'consul' | 'nomad' | 'workloads', Step<Subject, State, Key>> {
  type At = StepContext<Subject, State, Key>;
  const secretsOf = (at: At, cluster: ReachedCluster): Promise<ClusterSecrets> =>
    ensureClusterSecrets({ paths: at.cluster.paths, redact: at.redact }, namesOf(cluster));
  const workOf = (at: At, ...programs: readonly AgentProgram[]): Work => ({
    clock: at.clock,
    signal: at.signal,
    timeoutMs: TIMEOUT_MS,
    ...(refuseHopeless ? { stillHopeful: () => refuseHopeless(at, programs) } : {}),
  });
  return {
    /** Gives the agents' tokens, with which they have been started, their rights in Consul. */
    consul: {
      id: 'set-up-consul-acl',
      title: "Setting up Consul's access control",
      requires: [needs],
      async isDone(at) {
        const cluster = await reached(at);
        const secrets = await readClusterSecrets({ paths: at.cluster.paths, redact: at.redact }, namesOf(cluster));
        if (!secrets) return { done: false, because: 'tokens to choose' };
        const { consulAclProblem } = await problems();
        const problem = await consulAclProblem(cluster, await tokensOf(secrets, cluster), at.signal);
        return problem === undefined ? { done: true } : { done: false, because: problem };
      },
      async run(at) {
        const cluster = await reached(at);
        const secrets = await secretsOf(at, cluster);
        const { ensureConsulAcl } = await consulAcl();
        if (consulByCall)
          await (
            await firstToken()
          ).ensureFirstToken({ cluster, program: 'consul', management: secrets.management.consul }, workOf(at, 'consul'));
        const { datacenter } = at.cluster.settings;
        const tokens = await tokensOf(secrets, cluster);
        const written = await ensureConsulAcl({ cluster, datacenter, tokens }, workOf(at, 'consul'));
        return { detail: `${written.length} written` };
      },
    },
    /** Makes the first token of Nomad before somebody else does. */
    nomad: {
      id: 'set-up-nomad-acl',
      title: "Setting up Nomad's access control",
      requires: [needs],
      async isDone(at) {
        const { nomadAclProblem } = await problems();
        const problem = await nomadAclProblem(await reached(at), at.signal);
        return problem === undefined ? { done: true } : { done: false, because: problem };
      },
      async run(at) {
        const cluster = await reached(at);
        const { management } = await secretsOf(at, cluster);
        const { ensureFirstToken } = await firstToken();
        const token = await ensureFirstToken({ cluster, program: 'nomad', management: management.nomad }, workOf(at, 'nomad'));
        return { detail: `token ${token}` };
      },
    },
    /** Lets tasks and services of Nomad log in to Consul. */
    workloads: {
      id: 'set-up-workloads',
      title: 'Letting workloads log in to Consul',
      requires: [needs],
      async isDone(at) {
        const { workloadsProblem } = await problems();
        const problem = await workloadsProblem(await reached(at), at.signal, keys(at));
        return problem === undefined ? { done: true } : { done: false, because: problem };
      },
      async run(at) {
        const { ensureWorkloads } = await workloads();
        const written = await ensureWorkloads(await reached(at), workOf(at, 'consul', 'nomad'), keys(at));
        return { detail: `${written.length} written` };
      },
    },
  };
}

function namesOf({ nodes }: ReachedCluster): string[] {
  return nodes.map(({ name }) => name);
}

async function tokensOf({ dns, nodes }: ClusterSecrets, cluster: ReachedCluster): Promise<ConsulTokens> {
  const { consulTokens } = await consulAcl();
  return consulTokens(cluster, dns, (node, program) => nodes.get(node)?.[program]);
}
