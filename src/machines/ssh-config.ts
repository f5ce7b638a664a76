import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { shellWord } from '@nomadctl/base/shell-word';
import { reachableAt } from '../cluster/cluster-host.js';
import { controlSocket, JUMP_ALIAS, jumpDestination, jumpWayOf, type JumpWay } from './jump/jump-way.js';
import type { SshPaths } from './ssh-key.js';
import type { ClusterHost } from '../cluster/cluster-host.js';

export const sshConfigFile = ({ folder }: Pick<SshPaths, 'folder'>): string => join(folder, 'config');

/**
 * The same for the first contact with a host: the key that it shows then is kept, under its id, and any other is refused from
 * then on. For the set-up of hosts alone, before anything else is said to them.
 */
export async function writeFirstContactConfig(hosts: readonly ClusterHost[], paths: SshPaths): Promise<string> {
  const file = join(paths.folder, 'first-contact');
  await writeFileAtomic(file, await sshConfigOf(hosts, paths, 'accept-new'));
  return file;
}

/** Writes the configuration for `ssh -F` and returns its path. Called by whatever changes addresses: people use the file, too. */
export async function writeSshConfig(hosts: readonly ClusterHost[], paths: SshPaths): Promise<string> {
  const file = sshConfigFile(paths);
  await writeFileAtomic(file, await sshConfigOf(hosts, paths));
  return file;
}

/** What `writeSshConfig` writes. */
export async function sshConfigOf(hosts: readonly ClusterHost[], paths: SshPaths, checking?: HostKeyChecking): Promise<string> {
  return sshConfig(hosts, paths, { way: await jumpWayOf(hosts, paths), checking });
}

/** The configuration for the way to a client alone, through which others are reached. */
export function jumpConfig(host: ClusterHost, paths: SshPaths): string {
  return `# Written by nomadctl\n${jumpSection(host, paths)}\n\n${common(paths, 'yes')}\n`;
}

/** Whoever is there may carry what goes through, and read nothing of it: each host shows its own key, and each agent its certificate. */
function jumpSection(host: ClusterHost, paths: SshPaths): string {
  return [
    `Host ${JUMP_ALIAS}`,
    `  HostName ${reachableAt(host)}`,
    `  HostKeyAlias ${host.id}`,
    `  UserKnownHostsFile ${quoted(paths.jumpKnownHosts)}`,
    '  StrictHostKeyChecking accept-new',
    '  ControlMaster no',
    `  ControlPath ${quoted(controlSocket(paths))}`,
  ].join('\n');
}

/**
 * Writes the configuration for `ssh -F`: each host by its name, the cluster's key alone, and strict checks of host keys.
 * Hosts without a public address are reached through another one.
 * https://man.openbsd.org/ssh_config
 */
export function sshConfig(
  hosts: readonly ClusterHost[],
  paths: SshPaths,
  { way, checking = 'yes' }: { readonly way: JumpWay; readonly checking?: HostKeyChecking | undefined },
): string {
  const through = throughOf(way, paths);
  const sections = hosts.map((host) =>
    [
      `Host ${host.name}`,
      `  HostName ${reachableAt(host)}`,
      `  HostKeyAlias ${host.id}`,
      ...(host.publicIp === undefined ? through : []),
    ].join('\n'),
  );
  return `# Written by nomadctl: ssh -F <this file> <node>\n${[...sections, ...(way.kind === 'client' ? [jumpSection(way.host, paths)] : []), common(paths, checking)].join('\n\n')}\n`;
}

function throughOf(way: JumpWay, paths: SshPaths): readonly string[] {
  if (way.kind === 'direct') return [];
  if (way.kind !== 'given') return [`  ProxyJump ${way.kind === 'server' ? way.host.name : JUMP_ALIAS}`];
  const words = ['ssh', '-o', `ControlPath=${controlSocket(paths)}`, '-o', 'ConnectTimeout=15', '-W', '[%h]:%p'];
  return [
    `  ProxyCommand ${[...words, ...jumpDestination(way, paths)].map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : shellWord(word))).join(' ')}`,
  ];
}

/** `accept-new` takes the key of a host that is not known; neither takes another one of a host that is. */
type HostKeyChecking = 'yes' | 'accept-new';

function common({ privateKey, knownHosts }: Pick<SshPaths, 'privateKey' | 'knownHosts'>, checking: HostKeyChecking): string {
  const settings = {
    User: 'root',
    IdentityFile: quoted(privateKey),
    IdentitiesOnly: 'yes',
    UserKnownHostsFile: quoted(knownHosts),
    GlobalKnownHostsFile: '/dev/null',
    StrictHostKeyChecking: checking,
    HostKeyAlgorithms: 'ssh-ed25519',
    UpdateHostKeys: 'no',
    PasswordAuthentication: 'no',
    KbdInteractiveAuthentication: 'no',
    ConnectTimeout: '15',
    ServerAliveInterval: '15',
    LogLevel: 'ERROR',
  };
  return ['Host *', ...Object.entries(settings).map(([name, value]) => `  ${name} ${value}`)].join('\n');
}

/** A percent sign begins a token there. */
function quoted(path: string): string {
  return `"${path.replaceAll('%', '%%')}"`;
}
