import { createNomadApi } from '../../clients/nomad-api.js';
import type { JobSpec, ServiceSpec } from '../../clients/nomad-job-model.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { mayRegister, type ServiceClaim } from '../../security/acl/binding-rules.js';
import { claimOf } from '../../security/acl/claimed-namespaces.js';

/**
 * Refuses services whose names are not the namespace's own: Consul would give the job no token for them, and Nomad would say so with
 * a bare 403 when it starts. Where Consul has no access control, every name is everybody's.
 */
export const checkServiceNames = defineStep({
  id: 'check-service-names',
  title: 'Checking names of services',
  requires: ['spec'],
  async run({ connection: { consul, nomad }, state: { spec }, signal }) {
    const services = servicesOf(spec);
    if (consul.token === undefined || services.length === 0) return;
    const namespace = spec.Namespace || DEFAULT_NAMESPACE;
    const claims = (await createNomadApi(nomad).acl.namespaces(signal)).flatMap((one) => claimOf(one) ?? []);
    const refused = services.filter((service) => !mayRegister(namespace, service, claims));
    if (refused.length > 0) throw notIts({ namespace, services: refused, claims });
  },
});

interface Refused {
  readonly namespace: string;
  readonly services: readonly string[];
  readonly claims: readonly ServiceClaim[];
}

/** Of Consul. What a name becomes when its task starts, nobody knows before. */
function servicesOf({ TaskGroups }: JobSpec): string[] {
  const all = TaskGroups.flatMap(({ Services, Tasks }) => [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])]);
  const names = all.filter(isOfConsul).map(({ Name }) => Name);
  return [...new Set(names)].filter((name) => !name.includes('${'));
}

function isOfConsul({ Provider }: ServiceSpec): boolean {
  return !Provider || Provider === 'consul';
}

function notIts({ namespace, services, claims }: Refused): UsageError {
  const names = services.join(' and ');
  if (namespace === DEFAULT_NAMESPACE)
    return new UsageError(`a job of namespace ${namespace} may not register ${names} in Consul`, {
      code: 'service-taken',
      why: services.length === 1 ? 'the name belongs to another namespace' : 'the names belong to other namespaces',
      next: nomadctl`access namespace list`,
    });
  const isKnown = claims.some((claim) => claim.namespace === namespace);
  return new UsageError(`a job of namespace ${namespace} may not register ${names} in Consul`, {
    code: 'service-taken',
    why: [
      isKnown
        ? `what begins with ${namespace}- is the namespace's own, and what it was given`
        : 'Consul knows nothing of that namespace yet',
      "a name that it is given is no other namespace's any more",
    ],
    next: give(namespace, services),
  });
}

function give(namespace: string, services: readonly string[]): Hint {
  const foreign = services.filter((service) => !service.startsWith(`${namespace}-`));
  const [first, ...more] = foreign.map((service) => nomadctl`access namespace create ${namespace} --service ${service}`);
  if (first === undefined) return nomadctl`access namespace create ${namespace}`;
  const all = more.reduce<Hint>((before, one) => hint`${before} && ${one}`, first);
  return hint`${all}; or give them names that begin with ${`${namespace}-`}`;
}
