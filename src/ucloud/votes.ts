import type { Clock } from '../lib/clock.js';
import { isAbort, OutcomeError } from '../errors.js';
import { reasonOf } from '../lib/reason.js';
import { consulOf } from './consul-of.js';
import { nomadOf } from './nomad-of.js';
import type { UcloudHost } from './ucloud-state.js';

export interface VoteRequest {
  readonly host: UcloudHost;
  /** All of the cluster, the one that goes among them. */
  readonly hosts: readonly UcloudHost[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** A server as the others of its kind count on it. */
interface Peer {
  readonly id: string;
  readonly name: string;
  /** Whether it is the host that goes. One that is dead for long has lost its name, not its address. */
  readonly goes: boolean;
  readonly voter: boolean;
  readonly alive: boolean;
}

/** Raft of Consul or of Nomad, seen from the servers that stay. */
interface Raft {
  readonly of: 'Consul' | 'Nomad';
  peers(): Promise<readonly Peer[]>;
  remove(id: string): Promise<void>;
}

const PATIENCE_MS = 60_000;
const LOOK_MS = 500;

/** @throws OutcomeError `only-server` for the last of its kind: what it keeps, nobody else has. */
export function refuseOnlyServer({ name, role }: UcloudHost, hosts: readonly UcloudHost[]): void {
  if (role === 'client' || hosts.some((other) => other.role === role && other.name !== name)) return;
  const [of, kept, setting] =
    role === 'consul-server' ? ['Consul', 'catalogue and keys', 'consulServers'] : ['Nomad', 'jobs', 'nomadServers'];
  throw new OutcomeError(`${name} is the only server of ${of}`, {
    code: 'only-server',
    why: `all ${kept} would go with it`,
    next: `nomadctl config set ${setting} 3, then nomadctl up; with three, each can be replaced`,
  });
}

/**
 * Lets a server go only when the others can do without it: more than half of the votes that remain are of living servers.
 * What is just settling, after a server before it went or came, is waited for.
 * @throws OutcomeError `only-server`, `quorum`.
 */
export async function refuseWithoutQuorum(request: VoteRequest): Promise<void> {
  const { host, hosts, clock, signal } = request;
  refuseOnlyServer(host, hosts);
  const deadline = clock.now() + PATIENCE_MS;
  for (;;) {
    const problem = await quorumProblem(request).catch((error: unknown) => passing(error, signal));
    if (problem === undefined) return;
    if (clock.now() > deadline) throw noQuorum(host, problem);
    await clock.sleep(LOOK_MS, signal);
  }
}

async function quorumProblem(request: VoteRequest): Promise<string | undefined> {
  const raft = await raftOf(request);
  const rest = (await raft.peers()).filter(({ voter, goes }) => voter && !goes);
  const dead = rest.filter(({ alive }) => !alive).map(({ name }) => name);
  if ((rest.length - dead.length) * 2 > rest.length) return undefined;
  if (rest.length === 0) return `no other server of ${raft.of} votes yet`;
  return `of the ${rest.length} votes that ${raft.of} would have left, ${dead.length} are of servers that are down: ${dead.join(', ')}`;
}

/**
 * Sees to it that the others count on a server no longer: one that left is out of their reckoning already, any other is
 * taken out by them. A leader that is taken out hands over first.
 * @throws OutcomeError `vote-kept`.
 */
export async function giveUpVote(request: VoteRequest): Promise<void> {
  const { host, clock, signal } = request;
  const deadline = clock.now() + PATIENCE_MS;
  let problem = '';
  for (;;) {
    const raft = await raftOf(request);
    const peers = await raft.peers().catch((error: unknown) => void (problem = passing(error, signal)));
    const own = peers?.find(({ goes }) => goes);
    if (peers && peers.length > 0 && !own) return;
    if (own) await raft.remove(own.id).catch((error: unknown) => void (problem = passing(error, signal)));
    if (clock.now() > deadline) {
      throw new OutcomeError(`${host.name} keeps its vote in ${raft.of}`, {
        code: 'vote-kept',
        why: problem || 'the other servers did not agree to its removal',
        next: 'nomadctl status',
      });
    }
    await clock.sleep(LOOK_MS, signal);
  }
}

async function raftOf({ host, hosts, signal }: VoteRequest): Promise<Raft> {
  const isHost = (name: string, address: string): boolean => name === host.name || address.startsWith(`${host.privateIp}:`);
  if (host.role === 'consul-server') {
    const consul = await consulOf(hosts, signal, [host.name]);
    return {
      of: 'Consul',
      async peers() {
        const [peers, members] = await Promise.all([consul.raftPeers(signal), consul.members(signal)]);
        const alive = new Set(members.filter(({ status }) => status === 'alive').map(({ name }) => name));
        return peers.map(({ id, node, address, voter }) => ({
          id,
          name: node,
          goes: isHost(node, address),
          voter,
          alive: alive.has(node),
        }));
      },
      remove: (id) => consul.removeRaftPeer(id, signal),
    };
  }
  const nomad = await nomadOf(hosts, signal, [host.name]);
  return {
    of: 'Nomad',
    async peers() {
      const [peers, members] = await Promise.all([nomad.raftPeers(signal), nomad.servers(signal)]);
      const alive = new Set(members.filter(({ status }) => status === 'alive').map(({ name }) => name));
      // Nomad's gossip calls a server `name.region`.
      return peers.map(({ id, node, address, voter }) => {
        const name = node.replace(/\.[^.]+$/, '');
        return { id, name, goes: isHost(name, address), voter, alive: alive.has(node) };
      });
    },
    remove: (id) => nomad.removeRaftPeer(id, signal),
  };
}

function passing(error: unknown, signal: AbortSignal): string {
  signal.throwIfAborted();
  if (isAbort(error)) throw error;
  return reasonOf(error);
}

function noQuorum({ name }: UcloudHost, problem: string): OutcomeError {
  return new OutcomeError(`${name} may not go: the others would have no majority`, {
    code: 'quorum',
    why: problem,
    next: 'nomadctl status',
  });
}
