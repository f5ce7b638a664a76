import type { ConsulApi } from '../clients/consul/consul-api.js';
import type { NomadApi } from '../clients/nomad-api.js';
import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { consulOf, nomadOf } from './answering-server.js';
import { nodeOfServer, type ClusterNode } from './cluster-node.js';
import type { AgentProgram } from './node-roles.js';
import type { ReachedCluster } from './reach.js';

export interface RaftQuestion {
  /** Whose servers are meant. */
  readonly program: AgentProgram;
  /** The server that goes. */
  readonly node: ClusterNode;
  /** All of the cluster, the one that goes among them. */
  readonly cluster: ReachedCluster;
  readonly signal: AbortSignal;
}

/** A server as the others of its kind count on it. */
export interface Peer {
  readonly id: string;
  readonly name: string;
  /** Whether it is the node that goes. One that is dead for long has lost its name, not its address. */
  readonly goes: boolean;
  readonly voter: boolean;
  readonly alive: boolean;
}

/** Raft of Consul or of Nomad, seen from a server that stays. */
export interface RaftSeen {
  readonly of: 'Consul' | 'Nomad';
  peers(): Promise<readonly Peer[]>;
  remove(id: string): Promise<void>;
}

/** @throws OutcomeError `no-server` when none of the others answers. */
export async function raftSeen(question: RaftQuestion): Promise<RaftSeen> {
  const { program, node, cluster, signal } = question;
  const others = { signal, avoiding: node.name };
  return program === 'consul'
    ? seenBy('Consul', await consulOf(cluster, others), question)
    : seenBy('Nomad', await nomadOf(cluster, others), question);
}

function seenBy(of: RaftSeen['of'], api: ConsulApi | NomadApi, { program, node, signal }: RaftQuestion): RaftSeen {
  const nameOf = program === 'consul' ? (server: string): string => server : nodeOfServer;
  return {
    of,
    async peers() {
      const [peers, members] = await Promise.all([api.raftPeers(signal), 'servers' in api ? api.servers(signal) : api.members(signal)]);
      const alive = new Set(members.filter(({ status }) => status === 'alive').map(({ name }) => name));
      return peers.map((peer) => {
        const name = nameOf(peer.node);
        const goes = name === node.name || peer.address === `${node.address}:${raftPort(node, program)}`;
        return { id: peer.id, name, goes, voter: peer.voter, alive: alive.has(peer.node) };
      });
    },
    remove: (id) => api.removeRaftPeer(id, signal),
  };
}

function raftPort({ ports }: ClusterNode, program: AgentProgram): number {
  return program === 'consul' ? ports.consulRpc : ports.nomadRpc;
}

/** The text of a failure that may be retried. @throws what an interrupt throws. */
export function failureText(error: unknown): string {
  if (isAbort(error)) throw error;
  return reasonOf(error);
}
