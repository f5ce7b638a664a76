import { createConsulApi } from '../../clients/consul/consul-api.js';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { writePair } from '../../security/acl/service-pairs.js';
import { defineStep } from '../../jobs/job-state.js';
import { intentionInWords, toAllow } from '../../jobs/report/intention-lines.js';

/** Says which services of a job reach each other, and which do not, before the job runs: its first connection would be refused. */
export const allowIntentions = defineStep({
  id: 'allow-intentions',
  title: 'Allowing connections',
  hideWhenDone: true,
  requires: ['intentions'],
  async isDone({ state: { intentions } }) {
    const missing = toAllow(intentions);
    return missing.length === 0 ? { done: true } : { done: false, because: missing.map(intentionInWords).join(', ') };
  },
  async run({ state, connection: { consul }, signal }) {
    const missing = toAllow(state.intentions);
    const api = createConsulApi(consul);
    await mapBounded(missing, REQUESTS_AT_ONCE, ({ source, destination, action = 'allow' }) =>
      writePair(api, { source, destination, action }, signal),
    );
    return { detail: missing.map(intentionInWords).join(', ') };
  },
});
