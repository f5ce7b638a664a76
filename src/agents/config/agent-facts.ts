import type { AgentPorts } from '../../cluster/agent-ports.js';
import { isServerOf, type AgentProgram, type NodeRole } from '../../cluster/node-roles.js';

/** A server, as agents find it. */
export interface Peer {
  readonly name: string;
  readonly address: string;
  readonly ports: AgentPorts;
}

/** By what the agents of a node of a secured cluster are known, and know others. */
export interface NodeSecurity {
  /** Paths on the node; the key is of whoever runs the agents alone. */
  readonly files: { readonly authority: string; readonly certificate: string; readonly key: string };
  /** The authority's certificate, in PEM. */
  readonly authority: string;
  /**
   * What Nomad's agent shows to Consul, and hands to tasks of Connect, where whoever asks an API has to show a certificate: one
   * that is nobody's role. Absent where a token is enough.
   */
  readonly clientCertificate?: { readonly certificate: string; readonly key: string };
  /** `strict`: Nomad's servers take a client that they do not know only with a token that was made for it (1.11 and later). */
  readonly introduction?: 'strict';
  /** While a plain cluster becomes secure: Consul serves who comes without TLS and without a token, too. */
  readonly isOpen?: boolean;
}

/**
 * What the configurations of a node's agents say of it. None of it is secret: hosts at a cloud read theirs from user data,
 * which every task may ask for, and terraform keeps it in its state. Secrets go into files of their own, over ssh.
 */
interface NodeFacts extends Peer {
  /** Absent where the cluster keeps nobody out. */
  readonly security?: NodeSecurity;
  readonly role: NodeRole;
  readonly datacenter: string;
  /** A server's first election waits for this many; 0: it joins servers that have elected. */
  readonly bootstrapExpect: number;
  /** All servers of the cluster; the node may be one of them. */
  readonly servers: Readonly<Record<AgentProgram, readonly Peer[]>>;
  /** Path of the Consul program, for tasks that run `consul connect proxy`. */
  readonly consulBinary: string;
}

/** A node that shares this computer with the others. */
export interface LocalFacts extends NodeFacts {
  readonly place: 'local';
  readonly files: Readonly<Record<AgentProgram, { readonly data: string; readonly log: string }>>;
  /** Name of the loopback interface: `lo`, or `lo0` on macOS. */
  readonly loopback: string;
  /** A folder for `chrootEnv`; empty: exec tasks have Nomad's own chroot. */
  readonly rootLinks: string;
  /** First and last port that Nomad may give to tasks of this node. */
  readonly taskPorts: readonly [number, number];
  /** In MHz; 0: what the computer has. */
  readonly clientCpu: number;
  /** In MiB; 0: what the computer has. */
  readonly clientMemory: number;
  /** Where groups may have networks of their own: the folder of the client's allocations, and that of nomadctl's own Envoy. */
  readonly bridge?: { readonly allocations: string; readonly envoy: string };
  /** Names of Nomad's drivers, or `auto` for every one that works. */
  readonly drivers: readonly string[];
}

/** A node with a host of its own. */
export interface HostFacts extends NodeFacts {
  readonly place: 'host';
  readonly zone: string;
  /** Of a client: what jobs may ask for as `node.class`. */
  readonly class: string;
}

export type AgentFacts = LocalFacts | HostFacts;

/** The servers of each program among nodes, as facts name them. */
export function serversAmong(nodes: readonly (Peer & { readonly role: NodeRole })[]): NodeFacts['servers'] {
  const of = (program: AgentProgram): Peer[] =>
    nodes.filter(({ role }) => isServerOf(role, program)).map(({ name, address, ports }) => ({ name, address, ports }));
  return { consul: of('consul'), nomad: of('nomad') };
}
