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
  const roles = await mapBounded(claims, REQUESTS_AT_ONCE, async ({ namespace }) => [
    ...(await writePolicy(consul, tasksPolicy(namespace), signal)),
    ...(await writeRole(consul, tasksRole(namespace), signal)),
  ]);
  const metrics = [...(await writePolicy(consul, metricsPolicy, signal)), ...(await writeRole(consul, metricsRole, signal))];
  return [...roles.flat(), ...metrics, ...(await writeBindingRules(consul, bindingRules(claims), signal))];
}
