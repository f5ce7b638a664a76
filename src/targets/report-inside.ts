import { createConsulCluster } from '../clients/consul-cluster.js';
import type { NomadClient } from '../clients/nomad-cluster-model.js';
import { createNomadCluster } from '../clients/nomad-cluster.js';
import type { ClusterConnection } from '../cluster/connection.js';
import type { ClusterReport } from './target.js';

/** What the servers of a cluster say of it; what they did not answer is absent. */
export type Inside = Pick<ClusterReport, 'consulLeader' | 'nomadLeader' | 'consulMembers' | 'nomadServers' | 'nomadClients' | 'jobs'>;

export interface InsideRequest {
  readonly servers: Pick<ClusterConnection, 'consul' | 'nomad'>;
  /** For how long it may take. */
  readonly signal: AbortSignal;
  /** Nodes that there should be: others that are down have been taken away. */
  readonly nodes: readonly { readonly name: string }[];
  /** The node behind the address that a leader is told by. */
  readonly nodeAt: (leader: string | undefined) => string | undefined;
  /** What an answer that does not come stands for. */
  readonly quietly: <T>(answer: Promise<T>) => Promise<T | undefined>;
}

/** Asks Consul and Nomad everything at once. */
export async function lookInside({ servers, signal, nodes, nodeAt, quietly }: InsideRequest): Promise<Inside> {
  const consul = createConsulCluster(servers.consul);
  const nomad = createNomadCluster(servers.nomad);
  const [consulLeader, members, nomadLeader, nomadServers, clients, jobs] = await Promise.all([
    quietly(consul.leader(signal)),
    quietly(consul.members(signal)),
    quietly(nomad.leader(signal)),
    quietly(nomad.servers(signal)),
    quietly(nomad.clients({ signal })),
    quietly(nomad.jobReports(signal)),
  ]);
  return {
    consulLeader: nodeAt(consulLeader),
    nomadLeader: nodeAt(nomadLeader),
    // Consul remembers for three days who left, and Nomad for one.
    ...(members ? { consulMembers: members.filter(({ status }) => status !== 'left') } : {}),
    ...(nomadServers
      ? {
          nomadServers: nomadServers
            .filter(({ status }) => status !== 'left')
            .map(({ name, address, rpc, status }) => ({
              name: name.replace(/\.[^.]+$/, ''),
              address,
              status,
              leader: rpc === nomadLeader,
            })),
        }
      : {}),
    ...(clients
      ? { nomadClients: clients.value.filter(({ status, name }) => status !== 'down' || nodes.some((node) => node.name === name)) }
      : {}),
    ...(jobs ? { jobs } : {}),
  };
}

/** Clients that are there and that Nomad gives no work to, a sentence each. */
export function clientDrift(
  nodes: readonly { readonly name: string; readonly role: string }[],
  clients: readonly Pick<NomadClient, 'name' | 'status' | 'eligibility'>[],
): string[] {
  const wanted = nodes.filter(({ role }) => role === 'client');
  return wanted.flatMap(({ name }) => {
    const seen = clients.filter((client) => client.name === name);
    if (seen.some(({ status, eligibility }) => status === 'ready' && eligibility === 'eligible')) return [];
    const best = seen.find(({ status }) => status === 'ready') ?? seen[0];
    return [best ? `Nomad sees ${name} as ${best.status}, ${best.eligibility}` : `Nomad does not know ${name}`];
  });
}
