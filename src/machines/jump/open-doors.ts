import type { AgentPorts } from '../../cluster/agent-ports.js';
import type { ClusterHost } from '../../cluster/cluster-host.js';
import type { SshPaths } from '../ssh-key.js';
import { doorAddress } from './door-address.js';
import { ensureForwards, type JumpRequest } from './jump-connection.js';
import { jumpWayOf } from './jump-way.js';

/** Where agents are found on this computer that cannot be reached from it, by the private address of their host. */
export type Doors = ReadonlyMap<string, string>;

export interface DoorsRequest extends Pick<JumpRequest, 'paths' | 'ctx'> {
  readonly hosts: readonly ClusterHost[];
  readonly ports: AgentPorts;
}

/**
 * Has servers without a public address answer on this computer: one connection of ssh to the computer in between leads to all of them.
 * Nothing to do where they are reached as they are.
 * @throws OutcomeError `jump-unreachable`
 */
export async function openDoors({ hosts, paths, ports, ctx }: DoorsRequest): Promise<Doors> {
  const behind = hosts.filter(({ role, publicIp }) => role !== 'client' && publicIp === undefined);
  if (behind.length === 0) return new Map();
  const way = await jumpWayOf(hosts, paths);
  if (way.kind === 'direct' || way.kind === 'server') return new Map();
  const forwards = behind.map(({ role, privateIp }) => {
    const [at, port] = [doorAddress(paths.folder, privateIp), role === 'consul-server' ? ports.consulHttp : ports.nomadHttp];
    return { at, port, words: ['-L', `${at}:${port}:${privateIp}:${port}`] };
  });
  await ensureForwards({ way, paths, ctx }, forwards);
  return new Map(behind.map(({ privateIp }) => [privateIp, doorAddress(paths.folder, privateIp)]));
}

/** Nobody else's port, with the hash that makes an address of the cluster's own. */
const SOCKS_PORT = 1080;

/** A SOCKS proxy on this computer. */
export interface Proxy {
  readonly host: string;
  readonly port: number;
}

/** A way to whatever the jumpHost reaches, for programs that speak SOCKS; nothing where this computer reaches it by itself. */
export async function openProxy(paths: SshPaths, ctx: JumpRequest['ctx']): Promise<Proxy | undefined> {
  // As for a host that has no public address, of a cluster that has no hosts yet.
  const way = await jumpWayOf([NO_HOST], paths);
  if (way.kind !== 'given') return undefined;
  const host = doorAddress(paths.folder, 'socks');
  await ensureForwards({ way, paths, ctx }, [{ at: host, port: SOCKS_PORT, words: ['-D', `${host}:${SOCKS_PORT}`] }]);
  return { host, port: SOCKS_PORT };
}

const NO_HOST: ClusterHost = { name: '', role: 'client', id: '', privateIp: '' };
