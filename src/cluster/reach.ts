import type { Secret } from '@nomadctl/base/secret/secret';
import type { AgentEndpoint, ClientIdentity, TrustedCa } from '../clients/agent-endpoint.js';
import type { ClusterNode } from './cluster-node.js';
import type { AgentProgram } from './node-roles.js';

/**
 * Makes the endpoints of a cluster's agents. Address, scheme, token, certificate authority and jump host are decided here
 * alone. Every request to an agent goes to an endpoint from here.
 */

/** Credentials for a cluster's agents. Empty where there are neither ACLs nor TLS. */
export interface AgentAccess {
  /** The agents speak TLS, with certificates that this authority has signed. */
  readonly ca?: TrustedCa;
  /** By what they know us, where they ask for a certificate; shown to all, for those that do not ask take no notice. */
  readonly identity?: ClientIdentity;
  /** The name in the certificate of an agent, where that is not the address it is asked at. */
  readonly serverName?: (node: ClusterNode, program: AgentProgram) => string;
  /** ACL tokens. */
  readonly tokens?: Readonly<Partial<Record<AgentProgram, Secret>>>;
  /** Whose jobs are meant. */
  readonly namespace?: string;
  /** Opens a connection to an agent that cannot be asked directly. */
  readonly through?: (node: ClusterNode, program: AgentProgram) => ReturnType<NonNullable<AgentEndpoint['connect']>>;
}

/** A cluster as it is reached from here. */
export interface ReachedCluster<Node extends ClusterNode = ClusterNode> {
  readonly nodes: readonly Node[];
  /** A plan makes the tokens beside whoever looks: an agent that does not know ours is not ready yet, and no other one. */
  readonly makesTokens?: boolean;
  /** Whether an agent can be asked from here; of one behind a firewall only others tell. */
  canAsk(node: ClusterNode, program: AgentProgram): boolean;
  endpoint(node: ClusterNode, program: AgentProgram): AgentEndpoint;
}

export function reach<Node extends ClusterNode>(nodes: readonly Node[], access: AgentAccess): ReachedCluster<Node> {
  return {
    nodes,
    canAsk: (node, program) => node.agents[program] !== undefined && (node.open[program] !== undefined || access.through !== undefined),
    endpoint: (node, program) => endpointOf(node, program, access),
  };
}

/** What the environment says about jobs. https://developer.hashicorp.com/nomad/docs/commands#environment-variables */
export function accessOf({ env }: { readonly env: Readonly<Record<string, string | undefined>> }): AgentAccess {
  const namespace = env['NOMAD_NAMESPACE'];
  return namespace ? { namespace } : {};
}

/** `host:port` of an agent's API, as configurations and agents of other nodes name it. */
export function apiAddress({ address, ports }: Pick<ClusterNode, 'address' | 'ports'>, program: AgentProgram): string {
  return `${address}:${program === 'consul' ? ports.consulHttp : ports.nomadHttp}`;
}

/** The address of an agent's API as the cluster's other agents reach it; `endpoint` says how it is reached from here. */
export function urlInside({ endpoint }: ReachedCluster, node: ClusterNode, program: AgentProgram): string {
  return `${endpoint(node, program).ca ? 'https' : 'http'}://${apiAddress(node, program)}`;
}

function endpointOf(node: ClusterNode, program: AgentProgram, access: AgentAccess): AgentEndpoint {
  const { ca, identity, serverName, tokens = {}, namespace, through } = access;
  const direct = node.open[program];
  const token = tokens[program];
  const endpoint: Omit<AgentEndpoint, symbol> = {
    url: `${ca ? 'https' : 'http'}://${apiAddress({ address: direct ?? node.address, ports: node.ports }, program)}`,
    ...(token ? { token } : {}),
    ...(ca ? { ca } : {}),
    ...(ca && identity ? { identity } : {}),
    ...(ca && serverName ? { serverName: serverName(node, program) } : {}),
    ...(direct !== undefined && node.relayed ? { relayed: true as const } : {}),
    ...(direct === undefined && through ? { connect: () => through(node, program) } : {}),
    ...(program === 'nomad' && namespace ? { namespace } : {}),
  };
  return endpoint as AgentEndpoint;
}
