import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ConsulAcl } from '../../clients/acl/consul-acl.js';
import type { NomadAcl } from '../../clients/acl/nomad-acl.js';
import { bindingRules, writeBindingRules, type ServiceClaim } from './binding-rules.js';
import { claimOf } from './claimed-namespaces.js';
import { metricsPolicy, metricsRole, tasksPolicy, tasksRole } from './consul-rights.js';
import { writePolicy, writeRole, type Written } from './write-what-differs.js';

export interface BothAcls {
  readonly consul: ConsulAcl;
  readonly nomad: NomadAcl;
}

/** Writes Consul's side of all namespaces that `access namespace create` has made, and of `default`, as Nomad has them. */
export async function ensureNamespaces({ consul, nomad }: BothAcls, signal: AbortSignal): Promise<Written> {
  const claimsNow = async () => (await nomad.namespaces(signal)).flatMap((namespace) => claimOf(namespace) ?? []);
  const written: string[] = [];
  // Somebody may make another one meanwhile, and write his rules before these, which do not know it, are written over them.
  for (let [claims, before] = [await claimsNow(), '']; JSON.stringify(claims) !== before; claims = await claimsNow()) {
    before = JSON.stringify(claims);
    written.push(...(await writeAll({ consul, claims }, signal)));
  }
  return written;
}

async function writeAll({ consul, claims }: { consul: ConsulAcl; claims: readonly ServiceClaim[] }, signal: AbortSignal): Promise<Written> {
  const rights = [
    ...claims.map(({ namespace }) => ({ policy: tasksPolicy(namespace), role: tasksRole(namespace) })),
    { policy: metricsPolicy, role: metricsRole },
  ];
  const roles = await mapBounded(rights, REQUESTS_AT_ONCE, async ({ policy, role }) => [
    ...(await writePolicy(consul, policy, signal)),
    ...(await writeRole(consul, role, signal)),
  ]);
  return [...roles.flat(), ...(await writeBindingRules(consul, bindingRules(claims), signal))];
}
