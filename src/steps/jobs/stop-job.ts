import { createNomadApi } from '../../clients/nomad-api.js';
import { endJob } from '../../jobs/rollout/end-job.js';
import { forgetJob, type Forgotten } from '../../jobs/terraform/forget-job.js';
import { jobKey } from '../../jobs/terraform/job-resources.js';
import { defineStep, type Stopped } from '../../jobs/job-state.js';

export interface StopHow {
  /** Forget the job when it has ended. */
  readonly purge: boolean;
  /** Nomad's servers have a version that stops one group of several only (known-faults.json). */
  readonly leavesGroups: boolean;
}

/**
 * Ends when nothing of the job runs any more. Nomad has no check of the index here, and none is needed: whatever became of
 * the job meanwhile, it shall end.
 */
export function stopJob({ purge, leavesGroups }: StopHow) {
  return defineStep({
    id: 'stop-job',
    title: purge ? 'Stopping and removing the job' : 'Stopping the job',
    provides: ['stopped'],
    async run(at, io) {
      const { connection, signal } = at;
      const api = createNomadApi(connection.nomad);
      const { id = '' } = at.job;
      // First, so that a stop which is killed can be asked for again: Nomad would say that there is nothing to stop.
      const forgotten = await forgetJob({ ctx: at, connection, job: jobKey({ id, namespace: connection.nomad.namespace }), io });
      const stopped = await endJob(api, { id, leavesGroups, signal, line: io.line });
      // Not at once: with the job Nomad forgets its allocations, also those that still end.
      if (purge) await api.stop({ id, purge, signal });
      return { state: { stopped }, detail: detailOf(stopped, forgotten) };
    },
  });
}

function detailOf({ ended, askedAgain, unreachable }: Stopped, forgotten: Forgotten): string {
  return [
    `${ended} ${ended === 1 ? 'allocation' : 'allocations'} ended`,
    ...(askedAgain > 0 ? [`Nomad had to look again ${askedAgain === 1 ? 'once' : `${askedAgain} times`}`] : []),
    ...(unreachable.length > 0 ? [`${unreachable.join(', ')} could not be told`] : []),
    ...(forgotten.outcome === 'forgotten' ? ['no longer in terraform'] : []),
    ...(forgotten.outcome === 'left' ? [`terraform still has it: ${forgotten.because}`] : []),
  ].join('; ');
}
