import { createNomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { formatDuration } from '@nomadctl/base/duration';
import { startProbe } from '../../jobs/verify/availability-probe.js';
import { ask, compareWith, openScene, promisedBy, unchangedValue } from '../../jobs/verify/failover-scene.js';
import { defineStep, summaryOf, type FailoverReport } from '../../jobs/job-state.js';
import { moveByNode, moveByStop, separate, STEADY_ANSWERS } from '../../jobs/verify/move-allocation.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';

export const failOverAllocation = failOverBy('allocation');
export const failOverNode = failOverBy('node');

/** Breaks what the job promises to survive, measures how long nobody answered, and puts everything back. */
function failOverBy(what: 'allocation' | 'node') {
  return defineStep({
    id: `fail-over-${what}`,
    title: what === 'node' ? 'Taking down the node' : 'Stopping the allocation',
    provides: ['failover'],
    async run(at, io) {
      const { signal, connection, clock } = at;
      const scene = await openScene({
        ...promisedBy(at.job.id ?? '', at.job.verify, jobWords(at.job.id ?? '', connection.nomad.namespace)),
        connection,
        api: createNomadApi(connection.nomad),
        signal,
        line: io.line,
      });
      if (what === 'node') await separate(scene);
      const value = await unchangedValue(scene);
      const probe = startProbe({ check: () => ask(scene), now: clock.now, sleep: clock.sleep });
      let after: Allocation;
      try {
        await probe.steady(STEADY_ANSWERS, signal);
        after = await (what === 'node' ? moveByNode(scene, probe) : moveByStop(scene, probe));
      } finally {
        await probe.stop();
      }
      const account = await probe.stop();
      const before = summaryOf(scene.victim);
      const failover: FailoverReport = {
        what,
        group: scene.group,
        before,
        after: summaryOf(after),
        ...account,
        ...(await compareWith(scene, value)),
      };
      return { state: { failover }, detail: `${before.node} -> ${after.NodeName}, down for ${formatDuration(account.downtimeMs)}` };
    },
  });
}
