import type { AgentMode, AgentProgram } from '../../cluster/node-roles.js';
import { PROGRAMS, type ClusterNode } from '../../cluster/cluster-node.js';
import type { ReachedCluster } from '../../cluster/reach.js';
import type { IssuingAuthority } from '../authority/issuing-authority.js';

/** One agent of a cluster. */
export interface FleetAgent {
  readonly node: ClusterNode;
  readonly program: AgentProgram;
  readonly mode: AgentMode;
}

/**
 * The agents of a cluster as a rotation handles them: how files get to a node, and how the agents there take them. Each target
 * has its own: processes of this computer, or hosts over ssh. What is done says nothing of how.
 */
export interface Fleet {
  /** The cluster as it is reached with the tokens and the authorities that are kept now. */
  reach(): Promise<ReachedCluster>;
  /** What is not as the cluster file says, before anything is rotated: a rotation would bring it in by the way. */
  pending(): Promise<string | undefined>;
  /**
   * Gives every agent the keys and tokens that are kept now, in its files. It reads them when it is told to.
   * @param alone without the gossip keys that are on their way, or were in force before
   */
  writeSecrets(how?: { readonly alone: boolean }): Promise<void>;
  /** The same with the authorities: where a configuration has them in it. */
  writeAuthorities(): Promise<void>;
  /** Whether a node has a certificate of this authority, that began at this moment or later (milliseconds since the epoch). */
  isCertified(node: ClusterNode, wanted: { readonly authority: IssuingAuthority; readonly since: number }): Promise<boolean>;
  /** Gives a node another key and a certificate, in its files. */
  certify(node: ClusterNode, authority: IssuingAuthority): Promise<void>;
  /** Fingerprint (SHA-256) of the certificate in a node's files. */
  fingerprint(node: ClusterNode): Promise<string | undefined>;
  /** Whether an agent has read its files as they are now. */
  isCurrent(agent: FleetAgent): Promise<boolean>;
  /**
   * Has an agent read its files anew while it runs: certificates, authorities, Consul's tokens. @throws what it says is wrong with
   * them, as far as it says so
   */
  reload(agent: FleetAgent): Promise<void>;
  /** Whether an agent takes its node's certificates while it runs, wherever it shows them; others read some at their start alone. */
  takesCertificates(agent: Pick<FleetAgent, 'program'>): boolean;
  /** Whether an agent takes its tokens while it runs, and keeps none in its memory that was taken from it. */
  takesTokens(agent: Pick<FleetAgent, 'program' | 'mode'>): boolean;
  /** Remembers that an agent has all that is in its files now. */
  settle(agent: FleetAgent): Promise<void>;
  /** For waits, where that can be told at once. @throws when an agent has ended by itself: nobody is to be waited for then */
  refuseEnded?(): void;
  /** Whether an agent is not there any more, or will not be in a moment, where that can be told at once. */
  hasEnded?(agent: FleetAgent): boolean;
  /** Ends an agent and starts it again; what it runs goes on. */
  restart(agent: FleetAgent): Promise<void>;
  /** Ends what was opened to do all this. Each step has a fleet of its own. */
  close(): Promise<void>;
}

/** Whether every agent of a fleet has read its files as they are now. */
export async function areCurrent(fleet: Fleet): Promise<boolean> {
  for (const agent of agentsOfFleet(await fleet.reach())) if (!(await fleet.isCurrent(agent))) return false;
  return true;
}

/** All agents of a cluster, or of one program. */
export function agentsOfFleet(cluster: ReachedCluster, program?: AgentProgram): FleetAgent[] {
  const programs = program === undefined ? PROGRAMS : [program];
  return cluster.nodes.flatMap((node) =>
    programs.flatMap((one) => {
      const mode = node.agents[one];
      return mode === undefined ? [] : [{ node, program: one, mode }];
    }),
  );
}
