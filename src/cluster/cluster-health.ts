import { createConsulCluster, type ConsulMember } from '../clients/consul-cluster.js';
import { createNomadCluster } from '../clients/nomad-cluster.js';
import { isAbort } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import { consulUrl, hostsOf, nomadUrl } from './agent-urls.js';
import { clientsIn, nomadOf } from './nomad-of.js';
import type { ClusterHost } from './cluster-host.js';

interface Hosts {
  readonly hosts: readonly ClusterHost[];
}

/**
 * What Consul still lacks, in a few words; nothing when every server sees a leader and votes, and every host is a living
 * member. Never throws for a server that does not answer.
 */
export async function consulProblem({ hosts }: Hosts, signal: AbortSignal): Promise<string | undefined> {
  const servers = hostsOf({ hosts }, 'consul-server');
  for (const server of servers) {
    const leader = await ask(server, consulUrl(server), () => createConsulCluster({ url: consulUrl(server) }).leader(signal));
    if ('problem' in leader) return leader.problem;
    if (leader.value === undefined) return `${server.name} sees no leader of Consul`;
  }
  const [first] = servers;
  if (!first) return undefined;
  const consul = createConsulCluster({ url: consulUrl(first) });
  const seen = await ask(first, consulUrl(first), async () => ({
    voters: await consul.raftVoters(signal),
    members: await consul.members(signal),
  }));
  if ('problem' in seen) return seen.problem;
  const { voters, members } = seen.value;
  const silent = servers.filter(({ name }) => !voters.includes(name));
  if (silent.length > 0) return `Consul does not count on ${namesOf(silent)} yet`;
  return absence(hosts, members, first);
}

/** 8301 is where Consul's agents speak to each other. */
function absence(hosts: readonly ClusterHost[], members: readonly ConsulMember[], asked: ClusterHost): string | undefined {
  const absent = hosts.filter(({ name }) => !members.some((member) => member.name === name && member.status === 'alive'));
  const [first] = absent;
  if (!first) return undefined;
  const status = members.find(({ name }) => name === first.name)?.status;
  const others = absent.length > 1 ? `, and ${absent.length - 1} more` : '';
  return status === undefined || status === 'left'
    ? `${first.name} (${first.privateIp}) has not joined Consul yet${others}`
    : `${first.name} is ${status}: unreachable on 8301 from ${asked.name}${others}`;
}

/** What Nomad's servers still lack: a leader that each sees, a keyring, every vote. */
export async function nomadProblem({ hosts }: Hosts, signal: AbortSignal): Promise<string | undefined> {
  const servers = hostsOf({ hosts }, 'nomad-server');
  for (const server of servers) {
    const nomad = createNomadCluster({ url: nomadUrl(server) });
    const seen = await ask(server, nomadUrl(server), async () => ({
      leader: await nomad.leader(signal),
      keyring: await nomad.hasKeyring(signal),
      servers: await nomad.servers(signal),
    }));
    if ('problem' in seen) return seen.problem;
    const dead = seen.value.servers.find(
      ({ name, status }) => status === 'failed' && servers.some((other) => name.startsWith(`${other.name}.`)),
    );
    if (dead) return `${dead.name.replace(/\.[^.]+$/, '')} is ${dead.status}: unreachable on 4648 from ${server.name}`;
    if (seen.value.leader === undefined) return `${server.name} sees no leader of Nomad`;
    if (!seen.value.keyring) return `${server.name} has no keyring yet`;
  }
  const [first] = servers;
  if (!first) return undefined;
  const peers = await ask(first, nomadUrl(first), () => createNomadCluster({ url: nomadUrl(first) }).raftPeers(signal));
  if ('problem' in peers) return peers.problem;
  // Nomad's gossip calls a server `name.region`.
  const silent = servers.filter(({ name }) => !peers.value.some(({ node, voter }) => voter && node.startsWith(`${name}.`)));
  return silent.length > 0 ? `Nomad does not count on ${namesOf(silent)} yet` : undefined;
}

/** What a cluster lacks of all its votes, all its members and all its clients, in that order. */
export async function wholeProblem({ hosts }: Hosts, signal: AbortSignal): Promise<string | undefined> {
  return (await consulProblem({ hosts }, signal)) ?? (await nomadProblem({ hosts }, signal)) ?? (await clientProblem(hosts, signal));
}

async function clientProblem(hosts: readonly ClusterHost[], signal: AbortSignal): Promise<string | undefined> {
  const { value } = await (await nomadOf(hosts, signal)).clients({ signal });
  const waiting = clientsIn(hosts).find((name) => !value.some((client) => client.name === name && client.status === 'ready'));
  return waiting && `${waiting} is not ready`;
}

async function ask<T>({ name }: ClusterHost, url: string, question: () => Promise<T>): Promise<{ value: T } | { problem: string }> {
  try {
    return { value: await question() };
  } catch (error) {
    if (isAbort(error)) throw error;
    const why = (error as { why?: readonly string[] }).why?.[0] ?? reasonOf(error);
    return { problem: `${name} does not answer at ${url} from here: ${why}` };
  }
}

function namesOf(hosts: readonly ClusterHost[]): string {
  return hosts.map(({ name }) => name).join(', ');
}
