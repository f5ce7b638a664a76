import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { userFolder } from '@nomadctl/base/user-folder';
import { isListening } from '../../clients/probe/is-listening.js';
import type { ClusterHost } from '../../cluster/cluster-host.js';
import type { SshPaths } from '../ssh-key.js';

/** How ssh gets to hosts that have no public address. */
export type JumpWay =
  /** They are reached as they are: from a VPC beside theirs, by a VPN, or because there are none. */
  | { readonly kind: 'direct' }
  /** Through a server with a public address, whose key is known as every host's is. */
  | { readonly kind: 'server'; readonly host: ClusterHost }
  /** Through a client: whatever goes that way is secured between its ends. */
  | { readonly kind: 'client'; readonly host: ClusterHost }
  /** Through a computer of the operator's, by ssh as he has set it up. */
  | { readonly kind: 'given'; readonly destination: string; readonly port?: string };

export const DIRECT = 'direct';

/** The name that the configuration of ssh has for a client through which others are reached. */
export const JUMP_ALIAS = 'nomadctl-jump';

const SSH = 22;
const LOOK_MS = 2000;

/** Which way it is; of several hosts that would do, the first whose sshd takes connections. */
export async function jumpWayOf(hosts: readonly ClusterHost[], { jump }: Pick<SshPaths, 'jump'>): Promise<JumpWay> {
  if (hosts.every(({ publicIp }) => publicIp !== undefined)) return { kind: 'direct' };
  const { jumpHost = '' } = jump;
  if (jumpHost === DIRECT) return { kind: 'direct' };
  if (jumpHost !== '') return givenWay(jumpHost);
  const server = hosts.find(({ role, publicIp }) => role !== 'client' && publicIp !== undefined);
  if (server) return { kind: 'server', host: server };
  const clients = hosts.filter(({ publicIp }) => publicIp !== undefined);
  const host = clients.length > 1 ? await firstLiving(clients) : clients[0];
  return host ? { kind: 'client', host } : { kind: 'direct' };
}

async function firstLiving(clients: readonly ClusterHost[]): Promise<ClusterHost | undefined> {
  const signal = AbortSignal.timeout(LOOK_MS);
  for (const client of clients) if (await isListening({ host: client.publicIp ?? '', port: SSH }, signal)) return client;
  return clients[0];
}

function givenWay(text: string): JumpWay {
  const [, destination = text, port] = /^(.*?)(?::(\d+))?$/.exec(text) ?? [];
  // ssh takes an address of IPv6 without brackets.
  const plain = destination.replace(/\[(.*)\]$/, '$1');
  return { kind: 'given', destination: plain, ...(port === undefined ? {} : { port }) };
}

/** Words for ssh that mean the computer in between. */
export function jumpDestination(way: JumpWay & { readonly kind: 'given' | 'client' }, { folder, jump }: SshPaths): readonly string[] {
  if (way.kind === 'client') return ['-F', jumpConfigFile({ folder }), JUMP_ALIAS];
  const config = jump.jumpSshConfig ? ['-F', jump.jumpSshConfig] : [];
  return [...config, ...(way.port === undefined ? [] : ['-p', way.port]), way.destination];
}

export const jumpConfigFile = ({ folder }: Pick<SshPaths, 'folder'>): string => join(folder, 'jump-config');

/** Folder of the sockets of connections to such computers. */
export const jumpFolder = (): string => join(userFolder(), 'jump');

/**
 * Where the cluster's one connection to the computer in between takes further ones: the addresses behind which servers are found can be had
 * once. Short: a socket's path has 108 characters at most.
 */
export function controlSocket({ folder }: Pick<SshPaths, 'folder'>): string {
  return join(jumpFolder(), createHash('sha256').update(folder).digest('hex').slice(0, 16));
}
