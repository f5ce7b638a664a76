import { createConsulApi } from '../../clients/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { standingOf } from '../../security/acl/service-pairs.js';
import { defineStep } from '../../jobs/job-state.js';

/**
 * Which connections of the mesh a job needs and does not have yet. Where Consul has no access control, everybody may reach
 * everybody, and nothing is asked. What somebody has denied stays denied, and is told.
 */
export const readIntentions = defineStep({
  id: 'read-intentions',
  title: 'Looking for intentions',
  provides: ['intentions'],
  async run({ job: { intentions = [] }, connection: { consul }, signal }) {
    const wanted = consul.token ? intentions : [];
    const api = createConsulApi(consul);
    const found = await mapBounded(wanted, REQUESTS_AT_ONCE, async (pair) => ({ ...pair, said: await standingOf(api, pair, signal) }));
    return {
      state: {
        intentions: found.flatMap(({ said, source, destination }) => {
          if (said === 'allow' || said === 'by request') return [];
          return [{ source, destination, isDenied: said === 'deny' }];
        }),
      },
    };
  },
});
