import { agentConfig } from './agent-config.js';
import { serversAmong } from './agent-facts.js';
import { HOST_CONSUL, HOST_TASKS, HOST_TLS } from './host-files.js';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../cluster/agent-ports.js';
import { agentsOf, expectedVoters, type AgentProgram, type NodeRole } from '../../cluster/node-roles.js';

/** A host that is to run agents, whoever gives it. */
export interface AgentHost {
  /** Also its agents' node name. */
  readonly name: string;
  readonly role: NodeRole;
  /** Where other hosts of the cluster reach it. */
  readonly privateIp: string;
  readonly zone: string;
  /** Of a client: what jobs may ask for as `node.class`; empty for servers. */
  readonly class: string;
}

export interface HostedCluster {
  readonly datacenter: string;
  /** The certificate of its authority, in PEM; absent where the cluster keeps nobody out. */
  readonly authority?: string;
  /** As `NodeSecurity` has it. */
  readonly isOpen?: boolean;
  /** Whether its agents ask everybody for a certificate. */
  readonly clientCertificates?: boolean;
}

/** The text of each agent's file, JSON in one line: user data has room for 16384 characters. Absent where none runs. */
export type HostConfigs = Readonly<Partial<Record<AgentProgram, string>>>;

/** Configurations of all agents of a cluster that has hosts of its own, by host. Nothing in them is secret. */
export function hostConfigs(
  hosts: readonly AgentHost[],
  { datacenter, authority, isOpen = false, clientCertificates = false }: HostedCluster,
): ReadonlyMap<string, HostConfigs> {
  const shown = clientCertificates ? { clientCertificate: HOST_TASKS } : {};
  const ports = authority === undefined ? DEFAULT_PORTS : SECURED_PORTS;
  const security = authority === undefined ? {} : { security: { files: HOST_TLS, authority, ...(isOpen ? { isOpen } : {}), ...shown } };
  const nodes = hosts.map((host) => ({ ...host, address: host.privateIp, ports }));
  const servers = serversAmong(nodes);
  return new Map(
    nodes.map(({ name, role, address, zone, class: kind }) => {
      const of = { name, role, address, ports, zone, class: kind, datacenter, servers, ...security };
      const facts = { ...of, place: 'host', bootstrapExpect: expectedVoters(role, nodes), consulBinary: HOST_CONSUL } as const;
      return [name, Object.fromEntries(agentsOf(role).map((agent) => [agent.program, JSON.stringify(agentConfig(agent, facts))]))];
    }),
  );
}
