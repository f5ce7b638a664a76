import { createConsulApi } from '../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { defineStep, type Need } from '../../jobs/job-state.js';
import { routeNeeds, servicesOf } from '../../jobs/parse/route-needs.js';

/** Which services of other jobs a job needs to be of use, and nobody has: it is deployed all the same, for they may come later. */
export const readNeeds = defineStep({
  id: 'read-needs',
  title: 'Looking for what it needs',
  requires: ['spec', 'rendered'],
  provides: ['needs'],
  async run({ job: { before = [] }, connection: { consul }, state: { spec, rendered }, signal }) {
    const own = servicesOf(spec).map(({ Name }) => Name);
    const wanted = [...(rendered.needs ?? []), ...routeNeeds(spec)].filter(
      ({ job, service }) => !before.includes(job) && !own.includes(service),
    );
    const api = createConsulApi(consul);
    const found = await mapBounded(wanted, REQUESTS_AT_ONCE, async (need): Promise<Need[]> => {
      const { value } = await api.service(need.service, { index: 0, signal });
      return value.some(({ passing }) => passing) ? [] : [need];
    });
    return { state: { needs: found.flat() } };
  },
});
