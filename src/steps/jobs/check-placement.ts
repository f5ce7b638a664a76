import { createNomadApi } from '../../clients/nomad-api.js';
import { explainPlacement } from '../../jobs/placement/explain-placement.js';
import { defineStep } from '../../jobs/job-state.js';
import { portsShared, unplaceable } from '../../jobs/placement/unplaceable.js';

/** Ends a deploy before anything was registered when the plan says that it does not fit. */
export const checkPlacement = defineStep({
  id: 'check-placement',
  title: 'Checking where it fits',
  requires: ['spec', 'planned', 'portProblems'],
  async run(at) {
    const { spec, planned, portProblems } = at.state;
    const failed = planned.reply.FailedTGAllocs ?? {};
    if (at.job.options.queue || (Object.keys(failed).length === 0 && portProblems.length === 0)) return;
    if (Object.keys(failed).length === 0) throw portsShared(spec, portProblems);
    const why = await explainPlacement(createNomadApi(at.connection.nomad), { spec, failed, signal: at.signal });
    throw unplaceable(spec, { failed, why: [...why, ...portProblems], registered: false });
  },
});
