import { isListening } from '../clients/probe/is-listening.js';
import { isAbort } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { DEFAULT_PORTS, type AgentPorts } from './agent-ports.js';
import { consulOf } from './answering-server.js';
import type { ClusterHost, HostRole } from './cluster-host.js';
import type { ReachedCluster } from './reach.js';

const SSH = 22;

/** The last part of a boot that is visible from outside. Hosts without a public address are seen in Consul, later. */
export function lastPort(role: HostRole, { consulHttp, nomadHttp }: AgentPorts): number {
  return { 'consul-server': consulHttp, 'nomad-server': nomadHttp, client: SSH }[role];
}

/** Those with a public address. */
export function reachable<Host extends ClusterHost>(hosts: readonly Host[]): (Host & { readonly publicIp: string })[] {
  return hosts.flatMap((host) => (host.publicIp === undefined ? [] : [{ ...host, publicIp: host.publicIp }]));
}

/** Whether ssh is worth a try. Always true without a public address: ssh goes through a server then. */
export async function takesSsh({ publicIp }: ClusterHost, signal: AbortSignal): Promise<boolean> {
  return publicIp === undefined || isListening({ host: publicIp, port: SSH }, signal);
}

/** Hosts with a public address that do not answer there. */
export async function silentHosts<Host extends ClusterHost>(
  hosts: readonly Host[],
  { ports, signal }: { readonly ports: AgentPorts; readonly signal: AbortSignal },
): Promise<Host[]> {
  const asked = reachable(hosts);
  const answers = await mapBounded(asked, REQUESTS_AT_ONCE, ({ publicIp, role }) =>
    isListening({ host: publicIp, port: lastPort(role, ports) }, signal),
  );
  signal.throwIfAborted();
  return asked.filter((_, index) => !answers[index]);
}

/** Names of hosts that do not answer, or that Consul takes for dead. */
export async function deadHosts(hosts: readonly ClusterHost[], cluster: ReachedCluster, signal: AbortSignal): Promise<ReadonlySet<string>> {
  const silent = (await silentHosts(hosts, { ports: portsIn(cluster), signal })).map(({ name }) => name);
  const members = await consulOf(cluster, { signal })
    .then((consul) => consul.members(signal))
    .catch((error: unknown) => {
      if (isAbort(error)) throw error;
      return undefined;
    });
  const lost = members ? hosts.filter(({ name }) => !members.some((member) => member.name === name && member.status === 'alive')) : [];
  return new Set([...silent, ...lost.map(({ name }) => name)]);
}

function portsIn({ nodes }: ReachedCluster): AgentPorts {
  return nodes[0]?.ports ?? DEFAULT_PORTS;
}
