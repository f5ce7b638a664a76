import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import { createNomadApi } from '../../clients/nomad-api.js';
import { DEFAULT_NAMESPACE, type ClusterConnection } from '../../cluster/connection.js';
import { claimOf, withClaim } from '../acl/claimed-namespaces.js';
import { tasksRoleName } from '../acl/consul-rights.js';
import { ensureNamespaces } from '../acl/ensure-namespaces.js';
import type { Written } from '../acl/write-what-differs.js';
import { accessTokens, revokeToken } from './access-tokens.js';
import { deployerName, policyName } from './token-kinds.js';

/** A namespace, and what its jobs may be in Consul. */
export interface NamespaceStanding {
  readonly name: string;
  readonly description: string;
  /**
   * `both`: Consul knows its tasks and its services. `nomad`: jobs with services or templates of Consul can not run there.
   * `open`: Consul asks nobody for a token.
   */
  readonly sides: 'both' | 'nomad' | 'open';
  /** Names that services may have besides those with the namespace before them; of `default`: none, for it has all that is left. */
  readonly services: readonly string[];
  readonly jobs: number;
}

/** @param isEnforced whether Consul asks for tokens */
export async function listNamespaces(
  { consul, nomad }: ClusterConnection,
  { isEnforced, signal }: { readonly isEnforced: boolean; readonly signal: AbortSignal },
): Promise<NamespaceStanding[]> {
  const api = createNomadApi(nomad);
  const [namespaces, jobs, roles] = await Promise.all([
    api.acl.namespaces(signal),
    api.jobs({ signal }),
    isEnforced ? createConsulApi(consul).acl.roles(signal) : [],
  ]);
  return namespaces.map((namespace) => {
    const { Name, Description } = namespace;
    const claim = claimOf(namespace);
    const isKnown = roles.some((role) => role.Name === tasksRoleName(Name)) && (claim !== undefined || Name === DEFAULT_NAMESPACE);
    return {
      name: Name,
      description: Description,
      sides: !isEnforced ? 'open' : isKnown ? 'both' : 'nomad',
      services: claim?.services ?? [],
      jobs: jobs.filter((job) => job.Namespace === Name).length,
    };
  });
}

export interface WantedNamespace {
  readonly name: string;
  /** As it was, when nothing is given. */
  readonly description?: string | undefined;
  /** Besides those that it has. */
  readonly services?: readonly string[] | undefined;
  /** Names that it has no more. */
  readonly released?: readonly string[] | undefined;
}

/** The names that it is to have, from those that it has. */
export function servicesAfter(before: readonly string[], { services = [], released = [] }: WantedNamespace): string[] {
  return [...new Set([...before, ...services])].filter((name) => !released.includes(name)).sort();
}

/** Nomad's side, which also keeps what Consul's side is made from. Returns whether anything was written. */
export async function writeNamespace(
  { nomad }: ClusterConnection,
  wanted: WantedNamespace,
  signal: AbortSignal,
): Promise<'made' | 'changed' | 'kept'> {
  const { acl } = createNomadApi(nomad);
  const found = await acl.namespace(wanted.name, signal);
  const before = found ?? { Name: wanted.name, Description: '' };
  const services = servicesAfter(claimOf(before)?.services ?? [], wanted);
  const after = withClaim({ ...before, Description: wanted.description ?? before.Description }, services);
  if (found && JSON.stringify(after) === JSON.stringify(found)) return 'kept';
  await acl.writeNamespace(after, signal);
  return found ? 'changed' : 'made';
}

/** Consul's side of all namespaces: a new one takes its names from the others. */
export async function writeNamespaceRights({ consul, nomad }: ClusterConnection, signal: AbortSignal): Promise<Written> {
  return ensureNamespaces({ consul: createConsulApi(consul).acl, nomad: createNomadApi(nomad).acl }, signal);
}

/** Nomad's side; first, since Nomad refuses while jobs are there. @throws ApiError */
export async function deleteNamespace({ nomad }: ClusterConnection, name: string, signal: AbortSignal): Promise<void> {
  await createNomadApi(nomad).acl.deleteNamespace(name, signal);
}

/**
 * Consul's side, and whoever could deploy there: a namespace that is made again later is somebody else's.
 * @param write what writes Consul's side of those that are left
 */
export async function deleteNamespaceRights(
  connection: ClusterConnection,
  name: string,
  { signal, write = writeNamespaceRights }: { readonly signal: AbortSignal; readonly write?: typeof writeNamespaceRights },
): Promise<Written> {
  const { acl } = createConsulApi(connection.consul);
  const nomad = createNomadApi(connection.nomad).acl;
  const tokens = (await accessTokens(connection, signal)).filter(({ namespace }) => namespace === name);
  await mapBounded(tokens, REQUESTS_AT_ONCE, (token) => revokeToken(connection, token, signal));
  const deployers = policyName(deployerName(name));
  await nomad.deletePolicy(deployers, signal);
  const written = [...tokens.map((token) => `token ${token.name}`)];
  const role = await acl.role(tasksRoleName(name), signal);
  if (role?.ID !== undefined) {
    await acl.deleteRole(role.ID, signal);
    written.push(`role ${role.Name}`);
  }
  for (const policyOf of [tasksRoleName(name), deployers]) {
    const policy = await acl.policy(policyOf, signal);
    if (policy?.ID === undefined) continue;
    await acl.deletePolicy(policy.ID, signal);
    written.push(`policy ${policy.Name}`);
  }
  return [...written, ...(await write(connection, signal))];
}
