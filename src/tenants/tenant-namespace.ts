import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { createConsulApi } from '../clients/consul/consul-api.js';
import { createNomadApi } from '../clients/nomad-api.js';
import type { NomadNamespace } from '../clients/acl/nomad-acl-model.js';
import type { ClusterConnection } from '../cluster/connection.js';
import { writeNamespaceRights } from '../security/access/namespaces.js';
import { rightsOf } from '../security/access/token-kinds.js';
import { withClaim } from '../security/acl/claimed-namespaces.js';
import { writePolicy, type Written } from '../security/acl/write-what-differs.js';

/** In Nomad's meta of a namespace: whose tenant it is. */
const OWNER = 'nomadctl-tenant';

function isOf({ Meta }: NomadNamespace, tenant: string): boolean {
  return Meta?.[OWNER] === tenant;
}

/** @throws UsageError `namespace-taken` where somebody else has made a namespace of that name */
export async function refuseForeignNamespace({ nomad }: ClusterConnection, tenant: string, signal: AbortSignal): Promise<void> {
  const found = await createNomadApi(nomad).acl.namespace(tenant, signal);
  if (!found || isOf(found, tenant)) return;
  throw new UsageError(`there is a namespace ${tenant}, and it is no tenant's`, {
    code: 'namespace-taken',
    why: 'a tenant has a namespace of its own, which is called as it is; what is in this one is somebody else’s',
    next: hint`choose another name, or, once nothing is in it: ${nomadctl`access namespace delete ${tenant}`}`,
  });
}

/** Makes the namespace, with the names of services that begin as it does for its own. @returns whether anything was written */
export async function writeTenantNamespace(
  connection: ClusterConnection,
  { tenant, template }: { readonly tenant: string; readonly template: string },
  signal: AbortSignal,
): Promise<boolean> {
  await refuseForeignNamespace(connection, tenant, signal);
  const { acl } = createNomadApi(connection.nomad);
  const found = await acl.namespace(tenant, signal);
  const wanted = withClaim(
    {
      ...(found ?? { Name: tenant }),
      Name: tenant,
      Description: `tenant ${tenant} (${template})`,
      Meta: { ...found?.Meta, [OWNER]: tenant },
    },
    [],
  );
  if (found && JSON.stringify(wanted.Meta) === JSON.stringify(found.Meta) && wanted.Description === found.Description) return false;
  await acl.writeNamespace(wanted, signal);
  return true;
}

/** The policies of whoever deploys there, in both programs: rights in this namespace and in no other. */
export async function writeTenantPolicies({ consul, nomad }: ClusterConnection, tenant: string, signal: AbortSignal): Promise<Written> {
  const rights = rightsOf({ kind: 'deployer', namespace: tenant });
  if (rights === 'everything') throw new Error('a deployer has a policy');
  const { acl } = createNomadApi(nomad);
  const written = await writePolicy(createConsulApi(consul).acl, rights.consul, signal);
  if ((await acl.policy(rights.nomad.Name, signal))?.Rules === rights.nomad.Rules) return written;
  await acl.writePolicy(rights.nomad, signal);
  return [...written, `policy ${rights.nomad.Name}`];
}

/** Writes Consul's side of all namespaces. */
export type WriteRights = (connection: ClusterConnection, signal: AbortSignal) => Promise<Written>;

/**
 * Consul's side is one set of rules for all namespaces: two at once would write over each other, and twenty one after the other the same
 * twenty times. Whoever comes while it is written waits, and all who wait are served by the next pass.
 */
export function sharedRights(write: WriteRights = writeNamespaceRights): WriteRights {
  let running: Promise<Written> | undefined;
  let following: Promise<Written> | undefined;
  return async (connection, signal) => {
    if (following) return following;
    const before = running;
    const mine = (async () => {
      await before?.catch(() => undefined);
      following = undefined;
      running = write(connection, signal);
      return running;
    })();
    following = mine;
    return mine;
  };
}
