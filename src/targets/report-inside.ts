import { withinTime } from '@nomadctl/base/signals/any-signal';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import { GLANCE_TIMEOUT_MS } from '../clients/nomad-http.js';
import type { Node } from '../clients/nomad-node-model.js';
import { nodeAt, nodeOfServer, type ClusterNode } from '../cluster/cluster-node.js';
import type { ClusterConnection } from '../cluster/connection.js';
import { jobRows } from '../cluster/job-row.js';
import type { ClusterReport } from './cluster-report.js';

/** What the servers of a cluster say of it; what they did not answer is absent. */
export type Inside = Pick<ClusterReport, 'consulLeader' | 'nomadLeader' | 'consulMembers' | 'nomadServers' | 'nomadClients' | 'jobs'>;

export interface InsideRequest {
  readonly servers: Pick<ClusterConnection, 'consul' | 'nomad'>;
  readonly signal: AbortSignal;
  /** Nodes that there should be: others that are down have been taken away. */
  readonly nodes: readonly ClusterNode[];
  /** What an answer that does not come stands for. */
  readonly quietly: <T>(answer: Promise<T>) => Promise<T | undefined>;
}

/** Agents that are short of processors take seconds to answer; those that are gone refuse at once. */
const ANSWER_MS = 5000;

/** Asks Consul and Nomad everything at once. */
export async function reportInside({ servers, signal: ended, nodes, quietly }: InsideRequest): Promise<Inside> {
  const signal = withinTime(ended, ANSWER_MS);
  const consul = createConsulApi(servers.consul);
  const nomad = createNomadApi(servers.nomad);
  const [consulLeader, members, nomadLeader, nomadServers, clients, jobs] = await Promise.all([
    quietly(consul.leader(signal)),
    quietly(consul.members(signal)),
    quietly(nomad.leader(signal)),
    quietly(nomad.servers(signal)),
    quietly(nomad.watchNodes({ index: 0, signal })),
    quietly(nomad.jobs({ signal, timeoutMs: GLANCE_TIMEOUT_MS })),
  ]);
  return {
    consulLeader: nodeAt(consulLeader, nodes),
    nomadLeader: nodeAt(nomadLeader, nodes),
    // Consul remembers for three days who left, and Nomad for one.
    ...(members ? { consulMembers: members.filter(({ status }) => status !== 'left') } : {}),
    ...(nomadServers
      ? {
          nomadServers: nomadServers
            .filter(({ status }) => status !== 'left')
            .map(({ name, address, rpc, status }) => ({
              name: nodeOfServer(name),
              address,
              status,
              leader: rpc === nomadLeader,
            })),
        }
      : {}),
    ...(clients
      ? {
          nomadClients: clients.value
            .filter(({ Status, Name }) => Status !== 'down' || nodes.some(({ name }) => name === Name))
            .map(clientReport),
        }
      : {}),
    ...(jobs ? { jobs: jobRows(jobs) } : {}),
  };
}

type ClientReport = NonNullable<ClusterReport['nomadClients']>[number];

function clientReport({ ID, Name, Status, SchedulingEligibility, Drain, Drivers }: Node): ClientReport {
  const healthy = Object.entries(Drivers ?? {}).filter(([, { Healthy }]) => Healthy);
  return {
    id: ID,
    name: Name,
    status: Status,
    eligibility: SchedulingEligibility,
    draining: Drain,
    drivers: healthy.map(([name]) => name).sort(),
  };
}

/** Clients that are there and that Nomad gives no work to, a sentence each. */
export function clientDrift(
  nodes: readonly { readonly name: string; readonly role: string }[],
  clients: readonly Pick<ClientReport, 'name' | 'status' | 'eligibility'>[],
): string[] {
  const wanted = nodes.filter(({ role }) => role === 'client');
  return wanted.flatMap(({ name }) => {
    const seen = clients.filter((client) => client.name === name);
    if (seen.some(({ status, eligibility }) => status === 'ready' && eligibility === 'eligible')) return [];
    const best = seen.find(({ status }) => status === 'ready') ?? seen[0];
    return [best ? `Nomad sees ${name} as ${best.status}, ${best.eligibility}` : `Nomad does not know ${name}`];
  });
}
