import { createConsulApi } from '../clients/consul/consul-api.js';
import type { ConsulMember } from '../clients/consul/consul-replies.js';
import { createNomadApi } from '../clients/nomad-api.js';
import { ApiError, isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { nomadOf } from './answering-server.js';
import { clientsOf, nodeOfServer, serversOf, type ClusterNode } from './cluster-node.js';
import type { AgentProgram } from './node-roles.js';
import type { ReachedCluster } from './reach.js';

/**
 * What Consul still lacks, in a few words; nothing when every agent that can be asked sees a leader, every server votes, and
 * every node is a living member. Never throws for an agent that does not answer.
 */
export async function consulProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  const asked = cluster.nodes.filter((node) => cluster.canAsk(node, 'consul'));
  const blind = await firstProblem(asked, async (node) => {
    const leader = await ask(cluster, { node, program: 'consul' }, () => leaderSeenBy(cluster, { node, program: 'consul', signal }));
    if ('problem' in leader) return leader.problem;
    return leader.value === undefined ? `${node.name} sees no leader of Consul` : undefined;
  });
  if (blind !== undefined) return blind;
  const servers = serversOf(cluster.nodes, 'consul');
  const [first] = servers;
  if (!first) return undefined;
  const consul = createConsulApi(cluster.endpoint(first, 'consul'));
  const seen = await ask(cluster, { node: first, program: 'consul' }, async () => ({
    peers: await consul.raftPeers(signal),
    members: await consul.members(signal),
  }));
  if ('problem' in seen) return seen.problem;
  const voters = seen.value.peers.filter(({ voter }) => voter).map(({ node }) => node);
  return votesMissing('Consul', servers, voters) ?? absence(cluster.nodes, seen.value.members, first);
}

/** A server that has joined and does not vote yet protects nothing. */
function votesMissing(of: string, servers: readonly ClusterNode[], voters: readonly string[]): string | undefined {
  const missing = servers.filter(({ name }) => !voters.includes(name));
  return missing.length > 0 ? `${of} does not count on ${namesOf(missing)} yet` : undefined;
}

function absence(nodes: readonly ClusterNode[], members: readonly ConsulMember[], asked: ClusterNode): string | undefined {
  const absent = nodes.filter(({ name }) => !members.some((member) => member.name === name && member.status === 'alive'));
  const [first] = absent;
  if (!first) return undefined;
  const status = members.find(({ name }) => name === first.name)?.status;
  const others = absent.length > 1 ? `, and ${absent.length - 1} more` : '';
  return status === undefined || status === 'left'
    ? `${first.name} (${first.address}) has not joined Consul yet${others}`
    : `${first.name} is ${status}: unreachable on ${first.ports.consulSerf} from ${asked.name}${others}`;
}

export interface AgentQuestion {
  readonly node: ClusterNode;
  readonly program: AgentProgram;
  readonly signal: AbortSignal;
}

/** `address:port` of the leader that one agent sees, or nothing. @throws ApiError when it does not answer */
export async function leaderSeenBy(cluster: ReachedCluster, { node, program, signal }: AgentQuestion): Promise<string | undefined> {
  const endpoint = cluster.endpoint(node, program);
  return (program === 'consul' ? createConsulApi(endpoint) : createNomadApi(endpoint)).leader(signal);
}

/** What Nomad's servers still lack: a leader that each sees, a keyring, every vote. */
export async function nomadProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  const servers = serversOf(cluster.nodes, 'nomad');
  const ids = new Map<string, string | undefined>();
  const problem = await firstProblem(servers, async (server) => {
    const seen = await serverSeen(cluster, { server, servers, signal });
    ids.set(server.name, seen.id);
    return seen.problem;
  });
  const [first] = servers;
  if (problem !== undefined || !first) return problem;
  const peers = await ask(cluster, { node: first, program: 'nomad' }, () =>
    createNomadApi(cluster.endpoint(first, 'nomad')).raftPeers(signal),
  );
  if ('problem' in peers) return peers.problem;
  // The vote of one that has lost its data is somebody's who is gone: its leader takes that vote away, and gives another a minute later.
  const isItself = (name: string, id: string): boolean => (ids.get(name) ?? id) === id;
  const voting = peers.value.map(({ voter, node, id }) => ({ voter, id, name: nodeOfServer(node) }));
  const voters = voting.filter(({ voter, name, id }) => voter && isItself(name, id)).map(({ name }) => name);
  return votesMissing('Nomad', servers, voters);
}

interface ServerQuestion {
  readonly server: ClusterNode;
  readonly servers: readonly ClusterNode[];
  readonly signal: AbortSignal;
}

/** What a server lacks, and the id that it has now. */
async function serverSeen(
  cluster: ReachedCluster,
  { server, servers, signal }: ServerQuestion,
): Promise<{ readonly problem?: string; readonly id?: string | undefined }> {
  const nomad = createNomadApi(cluster.endpoint(server, 'nomad'));
  const seen = await ask(cluster, { node: server, program: 'nomad' }, async () => ({
    leader: await nomad.knownLeader(signal),
    keyring: await nomad.hasKeyring(signal),
    members: await nomad.servers(signal),
  }));
  if ('problem' in seen) return seen;
  const { leader, keyring, members } = seen.value;
  const lost = servers.find(({ name }) => members.some((member) => nodeOfServer(member.name) === name && member.status === 'failed'));
  if (lost) return { problem: `${lost.name} is failed: unreachable on ${lost.ports.nomadSerf} from ${server.name}` };
  if (leader === undefined) return { problem: `${server.name} sees no leader of Nomad` };
  if (!keyring) return { problem: `${server.name} has no keyring yet` };
  return { id: members.find(({ name }) => nodeOfServer(name) === server.name)?.id };
}

/** What a cluster lacks of all its votes, all its members and all its clients, in that order. */
export async function healthProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  return (await consulProblem(cluster, signal)) ?? (await nomadProblem(cluster, signal)) ?? (await clientProblem(cluster, signal));
}

async function clientProblem(cluster: ReachedCluster, signal: AbortSignal): Promise<string | undefined> {
  const nomad = await nomadOf(cluster, { signal });
  const { value } = await nomad.watchNodes({ index: 0, signal });
  const waiting = clientsOf(cluster.nodes).find(({ name }) => !value.some((node) => node.Name === name && node.Status === 'ready'));
  return waiting && `${waiting.name} is not ready`;
}

/** All are asked at once, and the first of them that lacks something is told. */
async function firstProblem(
  nodes: readonly ClusterNode[],
  problemOf: (node: ClusterNode) => Promise<string | undefined>,
): Promise<string | undefined> {
  return (await mapBounded(nodes, REQUESTS_AT_ONCE, problemOf)).find((problem) => problem !== undefined);
}

async function ask<T>(
  cluster: ReachedCluster,
  { node, program }: { node: ClusterNode; program: AgentProgram },
  question: () => Promise<T>,
): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await question() };
  } catch (error) {
    if (isAbort(error)) throw error;
    if (error instanceof ApiError && error.code === 'api-forbidden') {
      const agent = `${program === 'consul' ? 'Consul' : 'Nomad'} on ${node.name}`;
      return { problem: cluster.makesTokens ? `${agent} has no tokens yet` : `${agent} does not know the token that is kept here` };
    }
    if (error instanceof ApiError && error.code === 'api-untrusted') return { problem: error.message };
    const why = (error as { why?: readonly string[] }).why?.[0] ?? reasonOf(error);
    return { problem: `${node.name} does not answer at ${cluster.endpoint(node, program).url} from here: ${why}` };
  }
}

function namesOf(nodes: readonly ClusterNode[]): string {
  return nodes.map(({ name }) => name).join(', ');
}
