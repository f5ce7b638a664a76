import type { Job, ServiceSpec } from '../../clients/nomad-job-model.js';

/** Nomad's servers add an identity to each service of Consul, once they are configured to: to what is registered from then on. */
export function servicesWithoutIdentity({ TaskGroups, Stop }: Pick<Job, 'TaskGroups' | 'Stop'>): string[] {
  const bare = servicesOf({ TaskGroups }).filter(({ Provider, Identity }) => Provider !== 'nomad' && !Identity);
  return Stop ? [] : bare.map(({ Name }) => Name);
}

export function servicesOf({ TaskGroups }: Pick<Job, 'TaskGroups'>): ServiceSpec[] {
  return TaskGroups.flatMap((group) => [...(group.Services ?? []), ...group.Tasks.flatMap((task) => task.Services ?? [])]);
}
