import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { reachableAt } from '../cluster/cluster-host.js';
import type { SshPaths } from './ssh-key.js';
import type { ClusterHost } from '../cluster/cluster-host.js';

export const sshConfigFile = ({ folder }: Pick<SshPaths, 'folder'>): string => join(folder, 'config');

/**
 * The same for the first contact with a host: the key that it shows then is kept, under its id, and any other is refused from
 * then on. For the set-up of hosts alone, before anything else is said to them.
 */
export async function writeFirstContactConfig(hosts: readonly ClusterHost[], paths: SshPaths): Promise<string> {
  const file = join(paths.folder, 'first-contact');
  await writeFileAtomic(file, sshConfig(hosts, paths, 'accept-new'));
  return file;
}

/** Writes the configuration for `ssh -F` and returns its path. Called by whatever changes addresses: people use the file, too. */
export async function writeSshConfig(hosts: readonly ClusterHost[], paths: SshPaths): Promise<string> {
  const file = sshConfigFile(paths);
  await writeFileAtomic(file, sshConfig(hosts, paths));
  return file;
}

/**
 * Writes the configuration for `ssh -F`: each host by its name, the cluster's key alone, and strict checks of host keys.
 * Hosts without a public address are reached through the first server.
 * https://man.openbsd.org/ssh_config
 */
export function sshConfig(
  hosts: readonly ClusterHost[],
  paths: Pick<SshPaths, 'privateKey' | 'knownHosts'>,
  checking: HostKeyChecking = 'yes',
): string {
  const jump = hosts.find(({ role, publicIp }) => role !== 'client' && publicIp !== undefined);
  const sections = hosts.map((host) =>
    [
      `Host ${host.name}`,
      `  HostName ${reachableAt(host)}`,
      `  HostKeyAlias ${host.id}`,
      ...(host.publicIp === undefined && jump ? [`  ProxyJump ${jump.name}`] : []),
    ].join('\n'),
  );
  return `# Written by nomadctl: ssh -F <this file> <node>\n${[...sections, common(paths, checking)].join('\n\n')}\n`;
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
