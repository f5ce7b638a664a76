import { createConsulApi } from '../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { standingOf } from '../../security/acl/service-pairs.js';
import { defineStep } from '../../jobs/job-state.js';
import { isSamePair, upstreamsOf } from '../../jobs/parse/upstreams.js';

/**
 * Which connections of the mesh a job needs and does not have yet. Where Consul has no access control, everybody may reach
 * everybody, and nothing is asked. What somebody has denied stays denied, and is told; so is what only a job file's upstreams name.
 */
export const readIntentions = defineStep({
  id: 'read-intentions',
  title: 'Looking for intentions',
  requires: ['spec'],
  provides: ['intentions'],
  async run({ job: { intentions = [] }, connection: { consul }, state: { spec }, signal }) {
    const own = upstreamsOf(spec).filter((one) => !intentions.some((other) => isSamePair(one, other)));
    const wanted = consul.token ? [...intentions, ...own.map((pair) => ({ ...pair, isTold: true }))] : [];
    const api = createConsulApi(consul);
    const found = await mapBounded(wanted, REQUESTS_AT_ONCE, async (pair) => ({ ...pair, said: await standingOf(api, pair, signal) }));
    return {
      state: {
        intentions: found.flatMap(({ said, ...needed }) => {
          if (said === 'allow' || said === 'by request') return [];
          return [{ ...needed, isDenied: said === 'deny' }];
        }),
      },
    };
  },
});
