import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { servicesOf } from '../identity/services-without-identity.js';

/**
 * Services of which Consul has fewer tokens than allocations run: somebody has revoked them, or they have ended. Nomad gets one
 * for each service of an allocation when that begins, and never again: the service stays in Consul, its tasks run, and nobody reaches
 * them over the mesh. More tokens than allocations say nothing: those of an agent that was started anew are left behind
 * (nomad#20184). Nothing where Consul does not tell.
 */
export async function servicesWithoutToken(
  { consul }: Pick<ClusterConnection, 'consul'>,
  { job, allocations, signal }: { readonly job: Job; readonly allocations: readonly Allocation[]; readonly signal: AbortSignal },
): Promise<string[]> {
  const wanted = runningServices(job, allocations);
  if (wanted.size === 0) return [];
  const tokens = await createConsulApi(consul)
    .acl.tokens(signal)
    .catch(() => {
      signal.throwIfAborted();
      return undefined;
    });
  if (tokens === undefined) return [];
  const ofWorkloads = tokens.filter(({ AuthMethod }) => Boolean(AuthMethod));
  const count = (service: string): number =>
    ofWorkloads.filter(({ ServiceIdentities }) => ServiceIdentities?.some(({ ServiceName }) => ServiceName === service)).length;
  return [...wanted].filter(([service, running]) => count(service) < running).map(([service]) => service);
}

/** How many running allocations have a service of Consul, by its name; without those whose names only their tasks know. */
function runningServices({ TaskGroups }: Job, allocations: readonly Allocation[]): Map<string, number> {
  const found = new Map<string, number>();
  for (const group of TaskGroups) {
    const running = allocations.filter((one) => one.TaskGroup === group.Name && one.ClientStatus === 'running').length;
    const own = servicesOf({ TaskGroups: [group] }).filter(
      ({ Provider, Identity, Name }) => Provider !== 'nomad' && Identity && !Name.includes('${'),
    );
    for (const { Name } of own) if (running > 0) found.set(Name, (found.get(Name) ?? 0) + running);
  }
  return found;
}
