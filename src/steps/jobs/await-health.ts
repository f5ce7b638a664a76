import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { explainPlacement } from '../../jobs/rollout/explain-placement.js';
import { failureTree, lastWordsFrom } from '../../jobs/rollout/failure-tree.js';
import { memoryNoteFrom } from '../../jobs/rollout/memory-note.js';
import { followRollout } from '../../jobs/rollout/follow-rollout.js';
import { defineStep, summaryOf, type Health } from '../../jobs/job-state.js';
import { isBroken, type Rollout, type Verdict } from '../../jobs/rollout/rollout.js';
import { unplaceable } from '../../jobs/rollout/unplaceable.js';

/** Follows a rollout by blocking queries until it is healthy, waits for a person, or has failed. */
export const awaitHealth = defineStep({
  id: 'await-health',
  title: 'Waiting until healthy',
  requires: ['registered', 'placed'],
  provides: ['health'],
  async run(at, io) {
    const { registered, placed } = at.state;
    const startedAt = at.clock.now();
    const done = (health: Omit<Health, 'seconds'>): Health => ({ ...health, seconds: (at.clock.now() - startedAt) / 1000 });
    if (registered.waitsFor)
      return { state: { health: done({ outcome: 'registered', allocations: [] }) }, detail: 'runs when its time comes' };
    const api = createNomadApi(at.connection.nomad);
    const { verdict, rollout } = await followRollout(api, {
      registered,
      deploymentId: placed.deploymentId,
      options: at.job.options,
      signal: at.signal,
      onLine: io.line,
      now: at.clock.now,
    });
    if (verdict.state !== 'done') throw await failureOf(api, { verdict, rollout, signal: at.signal });
    const health = done({
      outcome: verdict.outcome,
      allocations: rollout.allocations.filter(({ DesiredStatus }) => DesiredStatus === 'run').map(summaryOf),
      ...(placed.deploymentId ? { deploymentId: placed.deploymentId } : {}),
    });
    return { state: { health }, detail: verdict.line };
  },
});

async function failureOf(
  api: NomadApi,
  {
    verdict,
    rollout,
    signal,
  }: { verdict: Exclude<Verdict, { state: 'waiting' | 'hopeless' | 'done' }>; rollout: Rollout; signal: AbortSignal },
): Promise<OutcomeError> {
  if (verdict.state === 'unplaceable') {
    const failed = verdict.evaluation.FailedTGAllocs ?? {};
    const spec = await api.job(rollout.jobId, signal);
    if (spec)
      return unplaceable(spec, {
        failed,
        why: await explainPlacement(api, { spec, failed, signal }),
        registered: true,
      });
    return new OutcomeError(`job ${rollout.jobId} was removed while it was placed`, {
      code: 'deployment-superseded',
      next: nomadctl`job list`,
    });
  }
  const culprits = verdict.culprits.length > 0 ? verdict.culprits : await brokenNow(api, rollout, signal);
  return new OutcomeError(verdict.message, {
    code: verdict.code,
    why: await failureTree(culprits, { lastWords: lastWordsFrom(api, signal), memoryNote: memoryNoteFrom(api, signal) }),
    next: verdict.next,
    details: { job: rollout.jobId, version: rollout.version, allocations: culprits.map(summaryOf) },
  });
}

/** The news of a deployment's end may come before the news of what ended it. */
async function brokenNow(api: NomadApi, { jobId, version }: Rollout, signal: AbortSignal): Promise<Allocation[]> {
  const { value } = await api.allocations(jobId, { index: 0, signal });
  return value.filter((one) => one.JobVersion === version && isBroken(one));
}
