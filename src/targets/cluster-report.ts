import type { UnreachedMember } from '../cluster/gossip/unreached-members.js';
import type { JobRow } from '../cluster/job-row.js';

/** A node as users name it: `server-1`, `client-2`. */
export interface NodeReport {
  readonly name: string;
  readonly role: string;
  readonly address: string;
  /** Who stands between this computer and a node that cannot be reached from it, by name. */
  readonly through?: string;
  /** Of a host that a cloud runs: its state there. */
  readonly host?: string;
  /** Programs of ours on it, such as `consul` and `nomad`, and whether each runs as its file says. */
  readonly agents: readonly AgentReport[];
}

export interface AgentReport {
  readonly name: string;
  /** Unknown where only others tell, and none of them answers. */
  readonly state: 'running' | 'stopped' | 'outdated' | 'unknown';
  readonly pid?: number;
  readonly residentBytes?: number;
}

/** One screen: what `status` prints. Absent members could not be observed. */
export interface ClusterReport {
  readonly nodes: readonly NodeReport[];
  readonly consulLeader?: string | undefined;
  readonly nomadLeader?: string | undefined;
  readonly consulMembers?: readonly {
    readonly name: string;
    readonly address: string;
    /** Of its gossip. */
    readonly port: number;
    readonly role: string;
    readonly status: string;
  }[];
  readonly nomadServers?: readonly { readonly name: string; readonly address: string; readonly status: string; readonly leader: boolean }[];
  readonly nomadClients?: readonly {
    readonly id: string;
    readonly name: string;
    readonly status: string;
    readonly eligibility: string;
    readonly draining: boolean;
    readonly drivers: readonly string[];
  }[];
  readonly jobs?: readonly JobRow[];
  /** Members of Consul that servers do not reach at the address that Consul has of them. Absent where there are none. */
  readonly unreached?: readonly UnreachedMember[];
  /** Addresses that stand for all servers of a program, and whether this computer reaches them. Absent where there are none. */
  readonly balancers?: readonly BalancerReport[];
  /** Absent where the target does not tell. */
  readonly security?: SecurityReport | undefined;
  /** What waits to be deleted, a sentence each with the command that does it. */
  readonly pending?: readonly string[];
  /** Differences between the cluster file and reality, a sentence each; empty when there are none. */
  readonly drift: readonly string[];
}

/** A load balancer before the API of a program's servers, inside. */
export interface BalancerReport {
  readonly program: 'consul' | 'nomad';
  readonly address: string;
  readonly port: number;
  /** From this computer. */
  readonly reachable: boolean;
  /** How many servers it finds well, of how many; absent when nobody tells. */
  readonly well?: number;
  readonly servers?: number;
}

/** Whom a cluster lets in. */
export interface SecurityReport {
  /** All but `secure` keep nobody out. */
  readonly profile: 'secure' | 'poc' | 'plain';
  /** Certificates in the last third of their life: whose, and when they end, in milliseconds since the epoch. */
  readonly ending: readonly { readonly of: string; readonly until: number }[];
}
