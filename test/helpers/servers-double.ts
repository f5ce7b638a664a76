import { randomInt } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { onTestFinished } from 'vitest';
import type { UcloudHost } from '../../src/ucloud/ucloud-state.js';
import type { HostRole } from '../../src/cluster/cluster-host.js';

/** A server of Consul or Nomad as the others of its kind see it. */
export interface DoubledServer {
  readonly name: string;
  /** Its name as a Raft peer is known. */
  named?: boolean;
  voter?: boolean;
  status?: 'alive' | 'failed' | 'left';
  /** It does not answer itself. */
  dead?: boolean;
}

export interface ServersDouble {
  readonly hosts: readonly UcloudHost[];
  /** What they say of each other; a test may change it while they answer. */
  readonly servers: DoubledServer[];
  /** Requests that change something, as `DELETE /v1/operator/raft/peer?id=id-nomad-server-2`. */
  readonly changes: string[];
  /** Whether a peer that is to be removed goes. */
  obeys: boolean;
}

const PORT = { 'consul-server': 8500, 'nomad-server': 4646, client: 0 } as const;
const SERF_STATUS = { alive: 1, left: 3, failed: 4 } as const;

/**
 * Servers of one kind over real HTTP, each at an address of its own on this computer, that agree on who votes and who is
 * alive. For what real agents would need a minute of dying to show.
 */
export async function serversDouble(role: Exclude<HostRole, 'client'>, servers: DoubledServer[]): Promise<ServersDouble> {
  const net = `127.${randomInt(130, 250)}.${randomInt(1, 250)}`;
  const hosts = servers.map(({ name }, index) => hostNamed(name, role, `${net}.${index + 1}`));
  const double: ServersDouble = { hosts, servers, changes: [], obeys: true };
  for (const [index, host] of hosts.entries()) {
    if (servers[index]?.dead) continue;
    await listen(
      createServer((request, response) => response.end(JSON.stringify(answer(double, role, request)))),
      PORT[role],
      host.privateIp,
    );
  }
  return double;
}

export function hostNamed(name: string, role: HostRole, privateIp: string): UcloudHost {
  return { name, role, id: `uhost-${name}`, zone: 'cn-bj2-02', privateIp, imageId: 'uimage-one' };
}

function listen(server: Server, port: number, host: string): Promise<void> {
  onTestFinished(() => void server.closeAllConnections());
  onTestFinished(() => void server.close());
  return new Promise((resolve, reject) => server.once('error', reject).listen({ port, host }, resolve));
}

function answer(double: ServersDouble, role: HostRole, { method = '', url = '' }: IncomingMessage): unknown {
  if (method !== 'GET') return change(double, `${method} ${url}`);
  const { servers, hosts } = double;
  const isConsul = role === 'consul-server';
  const fullName = (name: string): string => (isConsul ? name : `${name}.global`);
  if (url.startsWith('/v1/operator/raft/configuration')) {
    const peers = servers.map((server, index) => ({ ...server, ip: hosts[index]?.privateIp })).filter(({ voter = true }) => voter);
    return {
      Servers: peers.map(({ name, ip, named = true }) => ({
        ID: `id-${name}`,
        Node: named ? fullName(name) : '(unknown)',
        Address: `${ip}:${isConsul ? 8300 : 4647}`,
        Voter: true,
        Leader: false,
      })),
    };
  }
  if (url.startsWith('/v1/status/peers'))
    return servers.flatMap(({ voter = true }, index) => (voter ? [`${hosts[index]?.privateIp}:4647`] : []));
  if (url.startsWith('/v1/agent/members')) {
    const members = servers.map(({ name, status = 'alive' }, index) => ({
      Name: fullName(name),
      Addr: hosts[index]?.privateIp,
      Status: isConsul ? SERF_STATUS[status] : status,
      Tags: isConsul ? { role: 'consul' } : {},
    }));
    return isConsul ? members : { Members: members };
  }
  if (url.startsWith('/v1/catalog/nodes'))
    return hosts.map(({ name, privateIp }) => ({ Node: name, Address: privateIp, Meta: { ssh_host_ed25519: 'ssh-ed25519 AAAA' } }));
  return null;
}

function change(double: ServersDouble, request: string): null {
  double.changes.push(request);
  const id = /raft\/peer\?id=id-(.+)$/.exec(request)?.[1];
  const peer = double.servers.find(({ name }) => name === id);
  if (peer && double.obeys) peer.voter = false;
  return null;
}
