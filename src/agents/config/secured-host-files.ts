import { dirname } from 'node:path';
import type { SecretDocument } from '@nomadctl/base/secret/secret';
import { agentOf, agentsOf, type AgentProgram, type NodeRole } from '../../cluster/node-roles.js';
import type { CommonSecrets, NodeSecrets } from '../../security/cluster-secrets.js';
import type { HostConfigs } from './host-configs.js';
import { HOST_CONFIGS, HOST_FOLDERS, HOST_GOSSIP_KEYS, HOST_GROUP, HOST_SECRETS, HOST_TLS } from './host-files.js';
import { gossipKeys, KEYRINGS, secretConfig } from './secret-config.js';

/** A file that agents of a host read. */
export interface AgentFile {
  readonly path: string;
  readonly mode: string;
  /** `user:group`, as images have them: templates/packer/scripts. */
  readonly owner: string;
  readonly content: SecretDocument;
}

export interface SecuredHost {
  readonly role: NodeRole;
  readonly configs: HostConfigs;
  /** PEM. */
  readonly authority: string;
  readonly common: CommonSecrets;
  readonly own: NodeSecrets;
  /** Addresses of Nomad's servers. */
  readonly nomadServers: readonly string[];
}

/** Where a Nomad client waits, before it starts, for what it would look for in vain. */
export const AWAIT_CLUSTER = '/usr/local/lib/nomadctl/await-cluster';

/** Everything that a host of a secured cluster has besides its image and its own certificate; what is secret is its agents' alone. */
export function securedHostFiles({ role, configs, authority, common, own, nomadServers }: SecuredHost): AgentFile[] {
  const agents = agentsOf(role).flatMap((agent): AgentFile[] => {
    const { program } = agent;
    const owner = `root:${groupOf(program, role)}`;
    const keys = gossipKeys(agent, common);
    return [
      { path: `${HOST_CONFIGS[program]}/${program}.json`, mode: '0640', owner, content: `${configs[program] ?? '{}'}\n` },
      { path: `${HOST_SECRETS[program]}/secrets.json`, mode: '0640', owner, content: secretConfig(agent, common, own) },
      ...(keys === undefined ? [] : [{ path: HOST_GOSSIP_KEYS[program], mode: '0640', owner, content: keys }]),
      { path: dropInOf(program), mode: '0644', owner: ROOT, content: dropIn(program, role) },
    ];
  });
  const isClient = agentOf(role, 'nomad')?.mode === 'client';
  return [
    { path: HOST_TLS.authority, mode: '0644', owner: ROOT, content: authority },
    ...(isClient ? [{ path: AWAIT_CLUSTER, mode: '0755', owner: ROOT, content: awaitCluster(nomadServers) }] : []),
    ...agents,
  ];
}

/** Folders of those files that images do not have, with their owners. */
export function securedHostFolders(role: NodeRole): { readonly path: string; readonly mode: string; readonly owner: string }[] {
  const open = ['/etc/nomadctl', '/var/lib/nomadctl', '/usr/local/lib/nomadctl'].map((path) => ({ path, mode: '0755', owner: ROOT }));
  const own = agentsOf(role).flatMap(({ program }) => [
    { path: HOST_SECRETS[program], mode: '0750', owner: `root:${groupOf(program, role)}` },
    { path: `/etc/systemd/system/${program}.service.d`, mode: '0755', owner: ROOT },
  ]);
  return [...open, ...own];
}

const ROOT = 'root:root';

/** Nomad's clients run as root. */
function groupOf(program: AgentProgram, role: NodeRole): string {
  return program === 'nomad' && agentOf(role, 'nomad')?.mode === 'client' ? 'root' : program;
}

/** A host whose agent runs without this file has one that keeps nobody out. */
export function dropInOf(program: AgentProgram): string {
  return `/etc/systemd/system/${program}.service.d/nomadctl-secured.conf`;
}

/** Of an agent without data, before it starts; without them it begins with the one of its configuration. */
function beginWithKeys(program: AgentProgram): string {
  const file = `${HOST_FOLDERS[program]}/${KEYRINGS[program]}`;
  const made = `umask 077; mkdir -p ${dirname(file)} && cp ${HOST_GOSSIP_KEYS[program]} ${file}.new && mv ${file}.new ${file}`;
  return `ExecStartPre=-/bin/sh -c 'test -e ${file} || { ${made}; }'`;
}

const START: Readonly<Record<AgentProgram, string>> = {
  consul: `/usr/local/bin/consul agent -config-dir=${HOST_CONFIGS.consul} -config-dir=${HOST_SECRETS.consul}`,
  nomad: `/usr/local/bin/nomad agent -config=${HOST_CONFIGS.nomad} -config=${HOST_SECRETS.nomad}`,
};

/** What changes in the unit of the image (templates/packer/host): another folder of configurations, and the key. */
function dropIn(program: AgentProgram, role: NodeRole): string {
  const waits = groupOf(program, role) === 'root';
  return [
    '# Written by nomadctl.',
    '[Service]',
    // Root needs no group, and its tasks shall have none.
    ...(waits ? [] : [`SupplementaryGroups=${HOST_GROUP}`]),
    'ExecStart=',
    `ExecStart=${START[program]}`,
    ...(waits ? [] : [beginWithKeys(program)]),
    ...(waits ? [`ExecStartPre=${AWAIT_CLUSTER}`, 'TimeoutStartSec=infinity'] : []),
    '',
  ].join('\n');
}

/**
 * A Nomad client whose node's Consul does not take its token yet looks again half a minute later, and one that registers before the
 * servers have a keyring is refused, and waits as long. So it starts when both are there: after a reboot, too. The servers are those
 * of the day when the host was set up; without any of them it waits no longer than half a minute.
 */
function awaitCluster(servers: readonly string[]): string {
  return `#!/bin/bash
# Before Nomad's client starts, by nomadctl: the Consul beside it takes its token, and a Nomad server has keys.
set -uo pipefail
token=$(sed -n 's/.*"token":"\\([^"]*\\)".*/\\1/p' ${HOST_SECRETS.nomad}/secrets.json)
# Agents may want a certificate of whoever asks.
ask() { curl -fsS -m 2 --cacert ${HOST_TLS.authority} --cert ${HOST_TLS.certificate} --key ${HOST_TLS.key} "$@"; }
consul_answers() {
  printf 'header = "X-Consul-Token: %s"\\n' "$token" |
    ask -o /dev/null -K - https://127.0.0.1:8501/v1/agent/self 2>/dev/null
}
nomad_has_keys() {
  local server
  for server in ${servers.join(' ')}; do
    case $(ask "https://$server:4646/.well-known/jwks.json" 2>/dev/null) in
      *'"kid"'*) return 0 ;;
    esac
  done
  return 1
}
for _ in $(seq 1500); do
  if consul_answers; then break; fi
  sleep 0.2
done
for _ in $(seq 150); do
  if nomad_has_keys; then break; fi
  sleep 0.2
done
`;
}
