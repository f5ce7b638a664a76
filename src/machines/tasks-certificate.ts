import { join } from 'node:path';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import { HOST_TASKS } from '../agents/config/host-files.js';
import { agentOf } from '../cluster/node-roles.js';
import type { ClusterHost } from '../cluster/cluster-host.js';
import { certificateProblem } from '../security/authority/certificate-standing.js';
import { askerNames } from '../security/authority/certified-names.js';
import type { IssuingAuthority } from '../security/authority/issuing-authority.js';
import { newPrivateKey } from '../security/authority/new-private-key.js';
import type { HostFile } from './host-shell.js';

/*
 * Where Consul asks whoever comes for a certificate, Nomad's agent of a host shows one that is nobody's role, and hands it to tasks of
 * Connect. Its key is made here, for every set-up of the host another one, and is kept nowhere but on the host.
 */

type Host = Pick<ClusterHost, 'id' | 'name' | 'role'>;

export interface TasksCertificate {
  /** PEM, with what earlier authorities say of the one that signed it. */
  readonly certificate: string;
  readonly files: readonly HostFile[];
}

/** Where the certificate is kept that a host has, by its id. */
export function tasksCertificateFile({ dir }: Pick<ClusterPaths, 'dir'>, { id }: Pick<Host, 'id'>): string {
  return join(dir, 'hosts', `${id}-tasks.pem`);
}

/** Hosts without an agent of Nomad need none. */
export function needsTasksCertificate({ role }: Pick<Host, 'role'>): boolean {
  return agentOf(role, 'nomad') !== undefined;
}

/** What is wrong with the one that a host has; nothing when it will do. @param authority PEM of who signs now */
export async function tasksCertificateProblem(
  host: Host,
  paths: Pick<ClusterPaths, 'dir'>,
  { authority, now }: { readonly authority: string; readonly now: number },
): Promise<string | undefined> {
  const certificate = await readIfThere(tasksCertificateFile(paths, host));
  if (certificate === undefined) return 'its tasks have none';
  const problem = certificateProblem(certificate, { authority, names: askerNames(askerOf(host)), now });
  return problem && `that of its tasks: ${problem}`;
}

/** Makes another one, for a host to get. */
export async function newTasksCertificate(
  host: Host,
  { issuing, now, redact }: { readonly issuing: IssuingAuthority; readonly now: number; readonly redact: Redactor },
): Promise<TasksCertificate> {
  const { issueLeaf } = await import('../security/authority/issue.js');
  const [key, asker] = [newPrivateKey(redact), askerOf(host)];
  const leaf = await issueLeaf(issuing, key, { name: asker, names: askerNames(asker), use: 'asking', now });
  const certificate = `${leaf}${issuing.chain}`;
  // Nomad's clients run as root.
  const group = agentOf(host.role, 'nomad')?.mode === 'client' ? 'root' : 'nomad';
  return {
    certificate,
    files: [
      { path: HOST_TASKS.key, mode: '0640', owner: `root:${group}`, content: key },
      { path: HOST_TASKS.certificate, mode: '0644', owner: 'root:root', content: certificate },
    ],
  };
}

function askerOf({ name }: Pick<Host, 'name'>): string {
  return `${name}.tasks`;
}
