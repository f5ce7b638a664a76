import { createConsulCluster } from '../clients/consul-cluster.js';
import { createNomadCluster } from '../clients/nomad-cluster.js';
import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { consulUrl, nomadUrl } from './agent-urls.js';
import { consulOf } from './consul-of.js';
import { nomadOf } from './nomad-of.js';
import type { ClusterHost } from './cluster-host.js';

export interface RaftQuestion {
  /** The server that goes. */
  readonly host: ClusterHost;
  /** All of the cluster, the one that goes among them. */
  readonly hosts: readonly ClusterHost[];
  readonly signal: AbortSignal;
}

/** A server as the others of its kind count on it. */
export interface Peer {
  readonly id: string;
  readonly name: string;
  /** Whether it is the host that goes. One that is dead for long has lost its name, not its address. */
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
  return question.host.role === 'consul-server' ? raftOfConsul(question) : raftOfNomad(question);
}

async function raftOfConsul({ host, hosts, signal }: RaftQuestion): Promise<RaftSeen> {
  const consul = await consulOf(hosts, signal, [host.name]);
  return {
    of: 'Consul',
    async peers() {
      const [peers, members] = await Promise.all([consul.raftPeers(signal), consul.members(signal)]);
      const alive = aliveAmong(members);
      return peers.map(({ id, node, address, voter }) => {
        return { id, name: node, goes: isHost(host, node, address), voter, alive: alive.has(node) };
      });
    },
    remove: (id) => consul.removeRaftPeer(id, signal),
  };
}

async function raftOfNomad({ host, hosts, signal }: RaftQuestion): Promise<RaftSeen> {
  const nomad = await nomadOf(hosts, signal, [host.name]);
  return {
    of: 'Nomad',
    async peers() {
      const [peers, members] = await Promise.all([nomad.raftPeers(signal), nomad.servers(signal)]);
      const alive = aliveAmong(members);
      return peers.map(({ id, node, address, voter }) => {
        // Nomad's gossip calls a server `name.region`.
        const name = node.replace(/\.[^.]+$/, '');
        return { id, name, goes: isHost(host, name, address), voter, alive: alive.has(node) };
      });
    },
    remove: (id) => nomad.removeRaftPeer(id, signal),
  };
}

function aliveAmong(members: readonly { readonly name: string; readonly status: string }[]): ReadonlySet<string> {
  return new Set(members.filter(({ status }) => status === 'alive').map(({ name }) => name));
}

function isHost(host: ClusterHost, name: string, address: string): boolean {
  return name === host.name || address.startsWith(`${host.privateIp}:`);
}

/** False only when servers answer and none of them has ever known a leader: then there is nothing yet that could be lost. */
export async function hasFormed({ host, hosts, signal }: RaftQuestion): Promise<boolean> {
  const alike = hosts.filter(({ role }) => role === host.role);
  const clusters = alike.map((one) =>
    host.role === 'consul-server' ? createConsulCluster({ url: consulUrl(one) }) : createNomadCluster({ url: nomadUrl(one) }),
  );
  const known = await Promise.all(clusters.map((cluster) => cluster.raftAddresses(signal).catch((error: unknown) => passing(error))));
  const answers = known.filter((answer) => typeof answer !== 'string');
  return answers.length === 0 || answers.some((addresses) => addresses.length > 0);
}

/** What a question failed with that may be asked again. @throws what an interrupt throws. */
export function passing(error: unknown): string {
  if (isAbort(error)) throw error;
  return reasonOf(error);
}
