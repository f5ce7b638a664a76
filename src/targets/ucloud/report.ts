import { createConsulCluster, type ConsulMember } from '../../clients/consul-cluster.js';
import { createNomadCluster, type NomadClient, type NomadServer } from '../../clients/nomad-cluster.js';
import type { Context } from '../../context.js';
import { isAbort } from '../../errors.js';
import { consulUrl, hostsOf, nomadUrl } from '../../ucloud/agent-urls.js';
import type { UcloudHost, UcloudState } from '../../ucloud/ucloud-state.js';
import type { AgentReport, ClusterReport, NodeReport } from '../target.js';
import { clientDrift, hostDrift } from './drift.js';
import { lookAtHosts, type SeenHost } from './look-at-hosts.js';
import { livingFirst } from './connection.js';
import { isNetworkPending, pendingText } from './remains.js';
import type { UcloudTargetCluster } from './ucloud-cluster.js';

const PATIENCE_MS = 3000;

/** Asks UCloud for the hosts and a living server for the rest, all at once; a part that does not answer is absent. */
export async function ucloudReport(cluster: UcloudTargetCluster, state: Partial<UcloudState>, ctx: Context): Promise<ClusterReport> {
  const pending = isNetworkPending(state) ? { pending: [pendingText(cluster.name)] } : {};
  const [seen, inside] = await Promise.all([lookAtHosts(cluster, state, ctx), lookInside(state, ctx)]);
  const { hosts } = seen;
  const nodes = hosts.map((host) => nodeReport(host, inside));
  const drift = [...hostDrift(cluster.settings, state, seen), ...clientDrift(hosts, inside.nomadClients)];
  return { nodes, ...inside, ...pending, drift };
}

type Inside = Omit<ClusterReport, 'nodes' | 'drift' | 'pending'>;

async function lookInside(given: Partial<UcloudState>, ctx: Context): Promise<Inside> {
  const state = await livingFirst(given, ctx);
  const [consulServer] = hostsOf(state, 'consul-server');
  const [nomadServer] = hostsOf(state, 'nomad-server');
  if (!consulServer || !nomadServer) return {};
  const signal = AbortSignal.any([ctx.signal, AbortSignal.timeout(PATIENCE_MS)]);
  const consul = createConsulCluster({ url: consulUrl(consulServer) });
  const nomad = createNomadCluster({ url: nomadUrl(nomadServer) });
  const [consulLeader, members, nomadLeader, servers, clients, jobs] = await Promise.all([
    quietly(consul.leader(signal), ctx),
    quietly(consul.members(signal), ctx),
    quietly(nomad.leader(signal), ctx),
    quietly(nomad.servers(signal), ctx),
    quietly(nomad.clients({ signal }), ctx),
    quietly(nomad.jobReports(signal), ctx),
  ]);
  const { hosts = [] } = state;
  return {
    consulLeader: nameAt(consulLeader, hosts),
    nomadLeader: nameAt(nomadLeader, hosts),
    // Consul remembers for three days who left.
    ...(members ? { consulMembers: members.filter(({ status }) => status !== 'left') } : {}),
    ...(servers ? { nomadServers: servers.map((server) => serverReport(server, nomadLeader)) } : {}),
    ...(clients
      ? { nomadClients: clients.value.filter(({ status, name }) => status !== 'down' || hosts.some((host) => host.name === name)) }
      : {}),
    ...(jobs ? { jobs } : {}),
  };
}

async function quietly<T>(answer: Promise<T>, { signal }: Context): Promise<T | undefined> {
  return answer.catch((error: unknown) => {
    if (signal.aborted && isAbort(error)) throw error;
    return undefined;
  });
}

function serverReport({ name, address, rpc, status }: NomadServer, leader: string | undefined) {
  return { name: name.replace(/\.[^.]+$/, ''), address, status, leader: rpc === leader };
}

/** Leaders are told by their private address. */
function nameAt(leader: string | undefined, hosts: readonly UcloudHost[]): string | undefined {
  if (leader === undefined) return undefined;
  return hosts.find(({ privateIp }) => leader.startsWith(`${privateIp}:`))?.name ?? leader;
}

function nodeReport(host: SeenHost, { consulMembers, nomadServers, nomadClients }: Inside): NodeReport {
  const { name, role, state } = host;
  const address = host.publicIp ? `${host.publicIp} (${host.privateIp})` : host.privateIp;
  const agents = [
    agentReport(
      'consul',
      consulMembers?.find((member) => member.name === name),
    ),
    ...(role === 'nomad-server'
      ? [
          agentReport(
            'nomad',
            nomadServers?.find((server) => server.name === name),
          ),
        ]
      : []),
    ...(role === 'client'
      ? [
          agentReport(
            'nomad',
            nomadClients?.find((client) => client.name === name),
          ),
        ]
      : []),
  ];
  return { name, role, address, ...(state === undefined ? {} : { host: state }), agents };
}

/** As the servers see it: nobody logs in to look. */
function agentReport(name: string, seen: Pick<ConsulMember | NomadClient, 'status'> | { status: string } | undefined): AgentReport {
  return { name, state: seen && ['alive', 'ready'].includes(seen.status) ? 'running' : 'stopped' };
}
