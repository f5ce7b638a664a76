import { createConsulApi } from '../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { standingOf, type ServicePair } from '../../security/acl/service-pairs.js';
import { defineStep, type NeededIntention } from '../../jobs/job-state.js';
import { isSamePair, upstreamsOf } from '../../jobs/parse/upstreams.js';

/**
 * Which connections of the mesh a job needs and does not have yet. Where Consul has no access control, everybody may reach
 * everybody, and nothing is asked but what the job wants to have denied. What somebody has said stays, and what he has denied is told; so is what only a job file's upstreams name.
 */
export const readIntentions = defineStep({
  id: 'read-intentions',
  title: 'Looking for intentions',
  requires: ['spec'],
  provides: ['intentions'],
  async run({ job: { intentions = [] }, connection: { consul }, state: { spec }, signal }) {
    const own = upstreamsOf(spec).filter((one) => !intentions.some((other) => isSamePair(one, other)));
    const told = own.map((pair) => ({ ...pair, isTold: true }));
    const wanted: readonly (ServicePair & Partial<NeededIntention>)[] = consul.token
      ? [...intentions, ...told]
      : intentions.filter(({ action }) => action === 'deny');
    const api = createConsulApi(consul);
    const found = await mapBounded(wanted, REQUESTS_AT_ONCE, async (pair) => ({ ...pair, said: await standingOf(api, pair, signal) }));
    return {
      state: {
        intentions: found.flatMap(({ said, ...needed }) => {
          if (said === 'allow' || said === 'by request' || (said === 'deny' && needed.action === 'deny')) return [];
          return [{ ...needed, isDenied: said === 'deny' }];
        }),
      },
    };
  },
});
