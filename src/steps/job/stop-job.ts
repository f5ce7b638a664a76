import { createNomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError } from '../../errors.js';
import { formatDuration } from '../../lib/duration.js';
import { defineStep } from './job-state.js';

/** Tasks get their kill_timeout, 5 s by default; a node that is away never answers. */
const TIMEOUT_MS = 120_000;

export function stopJob(purge: boolean) {
  return defineStep({
    id: 'stop-job',
    title: purge ? 'Stopping and removing the job' : 'Stopping the job',
    async run(at, io) {
      const api = createNomadApi(at.connection.nomad);
      const { id = '' } = at.job;
      await api.stop({ id, purge, signal: at.signal });
      const timeUp = AbortSignal.timeout(TIMEOUT_MS);
      let left: Allocation[] = [];
      try {
        for await (const all of watch((from) => api.allocations(id, from), AbortSignal.any([at.signal, timeUp]))) {
          left = all.filter(({ ClientStatus }) => ClientStatus === 'running' || ClientStatus === 'pending');
          if (left.length === 0) return { detail: `${all.length} allocations ended` };
          io.line(`${left.length} still running`);
        }
      } catch (error) {
        if (!timeUp.aborted || at.signal.aborted) throw error;
      }
      throw new OutcomeError(`job ${id}: ${left.length} allocations still run ${formatDuration(TIMEOUT_MS)} after the stop`, {
        code: 'stop-timeout',
        why: left.map((one) => `allocation ${one.ID.slice(0, 8)} on ${one.NodeName}`),
        next: `nomadctl job status ${id}`,
      });
    },
  });
}
