import { join } from 'node:path';
import type { Context } from '../context.js';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { hostConfigs, type AgentHost } from '../agents/config/host-configs.js';
import { HOST_CONFIGS, HOST_SECRETS } from '../agents/config/host-files.js';
import { securedHostFiles } from '../agents/config/secured-host-files.js';
import type { ClusterHost } from '../cluster/cluster-host.js';
import { isServerOf, type AgentProgram } from '../cluster/node-roles.js';
import { certificateProblem } from '../security/authority/certificate-standing.js';
import { certifiedNames, type CertifiedNames } from '../security/authority/certified-names.js';
import { issuingAuthority, type IssuingAuthority } from '../security/authority/issuing-authority.js';
import { ensureClusterSecrets, withOneGossipKey, type ClusterSecrets } from '../security/cluster-secrets.js';
import { securingOf } from '../security/securing/securing-mark.js';
import type { HostFile } from './host-shell.js';
import type { JumpSettings } from './ssh-key.js';
import { needsTasksCertificate, newTasksCertificate, type TasksCertificate } from './tasks-certificate.js';

export type NodeHost = ClusterHost & Pick<AgentHost, 'zone'> & { readonly class?: string };

/** A secured cluster whose nodes are hosts. */
export interface HostedCluster {
  readonly paths: Pick<ClusterPaths, 'dir' | 'agents' | 'ca' | 'caChain' | 'operator' | 'secrets'>;
  readonly settings: { readonly datacenter: string; readonly clientCertificates: boolean } & JumpSettings;
}

export interface HostsRequest {
  readonly cluster: HostedCluster;
  /** All hosts of the cluster. */
  readonly hosts: readonly NodeHost[];
  readonly ctx: Pick<Context, 'exec' | 'clock' | 'signal' | 'redact'>;
}

/** What the hosts of a secured cluster are told, by what is kept of it now. */
export interface HostNodes {
  /** Tokens that may do everything. */
  readonly management: ClusterSecrets['management'];
  /** All files of a host but its key and certificate. */
  files(host: NodeHost): readonly HostFile[];
  /**
   * Signs what a host asks for, with the authority of now.
   * @param request PKCS #10 in PEM: nothing in it but its key counts
   * @param current its certificate of that key, which is good enough as long as it will do
   * @returns PEM: its certificate, and what earlier authorities say of this one
   */
  certify(host: NodeHost, request: string, current?: string): Promise<string>;
  /** Makes what Nomad's agent of a host shows to Consul, with the authority of now; nothing where none is asked for. */
  tasks(host: NodeHost): Promise<TasksCertificate | undefined>;
}

/** What finds mistakes in the configuration of an agent. */
export const CONFIG_CHECKS: Readonly<Record<AgentProgram, string>> = {
  consul: `/usr/local/bin/consul validate ${HOST_CONFIGS.consul} ${HOST_SECRETS.consul}`,
  nomad: `/usr/local/bin/nomad config validate ${HOST_CONFIGS.nomad} ${HOST_SECRETS.nomad}`,
};

/**
 * Chooses tokens for hosts that have none.
 * @param alone without gossip keys that are on their way, or were in force before
 * @throws what `ensureClusterSecrets` throws
 */
export async function hostNodes({ cluster, hosts, ctx }: HostsRequest, { alone } = { alone: false }): Promise<HostNodes> {
  const { paths } = cluster;
  const names = hosts.map(({ name }) => name);
  const kept = await ensureClusterSecrets({ paths, redact: ctx.redact }, names);
  const secrets = alone ? withOneGossipKey(kept) : kept;
  // While the authority is being replaced, two are trusted, and one signs.
  const authority = (await readIfThere(paths.ca, 'authority-unreadable')) ?? '';
  const all = hosts.map((host) => ({ ...host, class: host.class ?? '' }));
  const isOpen = securingOf(paths.agents)?.stage === 'open';
  const configs = hostConfigs(all, { ...cluster.settings, authority, isOpen });
  const nomadServers = hosts.filter(({ role }) => isServerOf(role, 'nomad')).map(({ privateIp }) => privateIp);
  const issuer = async (): Promise<IssuingAuthority> => {
    const issuing = await issuingAuthority(secrets.authorityKey, paths);
    if (!issuing) throw new Error(`${paths.ca} has no certificate of the key that the cluster has`);
    return issuing;
  };
  return {
    management: secrets.management,
    files({ name, role }) {
      const own = secrets.nodes.get(name);
      if (!own) throw new Error(`no tokens were chosen for ${name}`);
      return securedHostFiles({ role, configs: configs.get(name) ?? {}, authority, common: secrets, own, nomadServers });
    },
    async tasks(host) {
      if (!cluster.settings.clientCertificates || !needsTasksCertificate(host)) return undefined;
      return newTasksCertificate(host, { issuing: await issuer(), now: ctx.clock.now(), redact: ctx.redact });
    },
    async certify(host, request, current) {
      const issuing = await issuer();
      const [wanted, now] = [namesOf(host, cluster), ctx.clock.now()];
      if (current !== undefined && certificateProblem(current, { authority: issuing.certificate, names: wanted, now }) === undefined)
        return `${current}${issuing.chain}`;
      return certificateFor(host, request, { issuing, names: wanted, now });
    },
  };
}

/** Signs a request with this authority. @returns as `HostNodes.certify` */
export async function certificateFor(
  { name }: Pick<NodeHost, 'name'>,
  request: string,
  { issuing, names, now }: { readonly issuing: IssuingAuthority; readonly names: CertifiedNames; readonly now: number },
): Promise<string> {
  const { issueForRequest } = await import('../security/authority/issue.js');
  return `${await issueForRequest(issuing, request, { name, names, now })}${issuing.chain}`;
}

/** What the certificate of a host vouches for. */
export function namesOf(
  { name, role, privateIp, publicIp }: NodeHost,
  { settings }: { readonly settings: Pick<HostedCluster['settings'], 'datacenter'> },
): CertifiedNames {
  const addresses = publicIp === undefined ? [privateIp] : [privateIp, publicIp];
  return certifiedNames({ name, role, datacenter: settings.datacenter, addresses });
}

/** Where the certificate of a host is kept that has been set up, by its id: a host of the same name may take its place. */
export function certificateFile({ dir }: Pick<ClusterPaths, 'dir'>, { id }: Pick<ClusterHost, 'id'>): string {
  return join(dir, 'hosts', `${id}.pem`);
}
