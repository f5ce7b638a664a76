import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { anySignal } from '@nomadctl/base/signals/any-signal';
import { isLive } from '../../clients/live-allocations.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { watch } from '../../clients/watch.js';
import type { TaskReach } from './reach-task.js';

/** The task gets its kill timeout, and its client some time to tell. */
const END_MS = 120_000;

/** Registers the job. One that is there ends first: two of it must never have the volume at the same time. */
export async function putJob(reach: TaskReach, job: JobSpec, report: (text: string) => void): Promise<void> {
  const { api, name, signal } = reach;
  if ((await api.job(name, signal))?.Stop === false) {
    report('ending the job that is there');
    await endBootstrapJob(reach, { purge: false });
  }
  report('registering the job');
  await api.register({ job, signal });
}

/** Ends the job and comes back when nothing of it runs; one that is not there has ended. @throws OutcomeError `bootstrap-runs-on` */
export async function endBootstrapJob({ api, name, signal }: TaskReach, { purge }: { readonly purge: boolean }): Promise<void> {
  const job = await api.job(name, signal);
  if (job === undefined) return;
  if (!job.Stop) await api.stop({ id: name, purge: false, signal });
  const timeUp = AbortSignal.timeout(END_MS);
  try {
    for await (const all of watch((at) => api.allocations(name, at), anySignal(signal, timeUp))) if (!all.some(isLive)) break;
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error;
    throw new OutcomeError(`job ${name} was stopped, and still runs`, {
      code: 'bootstrap-runs-on',
      why: 'its client does not say that it has ended; a client that is away says nothing',
      next: again(),
      cause: error,
    });
  }
  // With the job Nomad forgets its allocations at once, also those that still end.
  if (purge) await api.stop({ id: name, purge: true, signal });
}
