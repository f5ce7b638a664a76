import { randomBytes } from 'node:crypto';
import type { Redactor } from '@nomadctl/base/redact';
import { Secret } from '@nomadctl/base/secret/secret';
import { createNomadApi } from '../clients/nomad-api.js';
import type { ClusterConnection } from '../cluster/connection.js';

/** The path that tasks of a job may read without a policy. https://developer.hashicorp.com/nomad/docs/concepts/workload-identity */
const pathOf = (job: string): string => `nomad/jobs/${job}`;

interface At {
  readonly signal: AbortSignal;
  readonly redact: Redactor;
}

/** Gives a job of a tenant a password, unless it has one. */
export async function ensurePassword(
  { nomad }: ClusterConnection,
  { tenant, job }: { readonly tenant: string; readonly job: string },
  { signal, redact }: At,
): Promise<void> {
  const password = new Secret(randomBytes(24).toString('base64url'), redact);
  await createNomadApi({ ...nomad, namespace: tenant }).addSecretVariable(pathOf(job), { password }, signal);
}

/** The password of a job of a tenant; nothing where it has none. */
export async function readPassword(
  { nomad }: ClusterConnection,
  { tenant, job }: { readonly tenant: string; readonly job: string },
  { signal, redact }: At,
): Promise<Secret | undefined> {
  const items = await createNomadApi({ ...nomad, namespace: tenant }).variable(pathOf(job), signal);
  const password = items?.['password'];
  return password === undefined ? undefined : new Secret(password, redact);
}

/** All variables of the tenant's namespace, which Nomad does not delete with it. */
export async function removeVariables({ nomad }: ClusterConnection, tenant: string, signal: AbortSignal): Promise<void> {
  const api = createNomadApi({ ...nomad, namespace: tenant });
  for (const path of await api.variablePaths(signal)) await api.deleteVariable(path, signal);
}
