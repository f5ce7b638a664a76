import { createNomadApi } from '../../clients/nomad-api.js';
import { explainPlacement } from '../../jobs/rollout/explain-placement.js';
import { defineStep } from '../../jobs/job-state.js';
import { unplaceable } from '../../jobs/rollout/unplaceable.js';

/** Ends a deploy before anything was registered when the plan says that it does not fit. */
export const checkPlacement = defineStep({
  id: 'check-placement',
  title: 'Checking where it fits',
  requires: ['spec', 'planned'],
  async run(at) {
    const failed = at.state.planned.reply.FailedTGAllocs ?? {};
    if (Object.keys(failed).length === 0 || at.job.options.queue) return;
    const { spec } = at.state;
    const why = await explainPlacement(createNomadApi(at.connection.nomad), { spec, failed, signal: at.signal });
    throw unplaceable(spec, { failed, why, registered: false });
  },
});
