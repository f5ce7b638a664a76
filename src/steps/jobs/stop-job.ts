import { createNomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import { forgetJob } from '../../jobs/terraform/forget-job.js';
import { jobKey } from '../../jobs/terraform/job-resources.js';
import { defineStep } from '../../jobs/job-state.js';

/** Tasks get their kill_timeout, 5 s by default; a node that is away never answers. */
const TIMEOUT_MS = 120_000;

/** Nomad has no check of the index here, and none is needed: whatever became of the job meanwhile, it shall end. */
export function stopJob(purge: boolean) {
  return defineStep({
    id: 'stop-job',
    title: purge ? 'Stopping and removing the job' : 'Stopping the job',
    async run(at, io) {
      const api = createNomadApi(at.connection.nomad);
      const { id = '' } = at.job;
      const running = liveOf(await api.allocations(id, { index: 0, signal: at.signal, all: true }));
      // First, so that a stop which is killed can be asked for again: Nomad would say that there is nothing to stop.
      const { cluster, nomad } = at.connection;
      const forgotten = await forgetJob({ ctx: at, cluster, job: jobKey({ id, namespace: nomad.namespace }), io });
      await api.stop({ id, purge, signal: at.signal });
      const timeUp = AbortSignal.timeout(TIMEOUT_MS);
      let left: Allocation[] = [];
      try {
        for await (const all of watch((from) => api.allocations(id, { ...from, all: true }), AbortSignal.any([at.signal, timeUp]))) {
          left = liveOf({ value: all });
          if (left.length === 0) return { detail: detailOf(running.length, forgotten) };
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

function detailOf(ended: number, forgotten: boolean): string {
  return `${ended} ${ended === 1 ? 'allocation' : 'allocations'} ended${forgotten ? '; no longer in terraform' : ''}`;
}

function liveOf({ value }: { value: readonly Allocation[] }): Allocation[] {
  return value.filter(({ ClientStatus }) => ClientStatus === 'running' || ClientStatus === 'pending');
}
