import type { JobSpec, ServiceSpec } from '../../clients/nomad-job-model.js';
import type { Need } from '../job-state.js';

/** What fabio takes for a route, unless it is told otherwise: https://fabiolb.net/quickstart */
const ROUTE = 'urlprefix-';

export function servicesOf({ TaskGroups }: JobSpec): ServiceSpec[] {
  return TaskGroups.flatMap(({ Services, Tasks }) => [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])]);
}

/** A tag that is a route is of use only where fabio runs. */
export function routeNeeds(spec: JobSpec): Need[] {
  const tags = servicesOf(spec).flatMap(({ Tags }) => Tags ?? []);
  const routes = tags.filter((tag) => tag.startsWith(ROUTE)).map((tag) => tag.slice(ROUTE.length));
  if (routes.length === 0) return [];
  const [first, ...more] = routes;
  return [{ job: 'fabio', service: 'fabio', for: `its route ${first}${more.length > 0 ? ` and ${more.length} more` : ''}` }];
}
