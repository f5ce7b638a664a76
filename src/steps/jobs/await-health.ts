import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { firstTokenRefusal } from '../../jobs/rollout/consul-token-refusal.js';
import { explainPlacement } from '../../jobs/placement/explain-placement.js';
import { failureTree, lastWordsFrom } from '../../jobs/rollout/failure-tree.js';
import { desiredOf, isEndless } from '../../jobs/rollout/deployment-groups.js';
import { memoryNoteFrom } from '../../jobs/rollout/memory-note.js';
import { followRollout } from '../../jobs/rollout/follow-rollout.js';
import { removedMeanwhile, undoneByOthers } from '../../jobs/removed-meanwhile.js';
import { defineStep, summaryOf, type Health, type Placed } from '../../jobs/job-state.js';
import { isBroken, type Rollout, type Verdict } from '../../jobs/rollout/rollout.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { unplaceable, type Unplaced } from '../../jobs/placement/unplaceable.js';

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
    const { verdict, rollout } = await followRollout({
      connection: at.connection,
      registered,
      placed,
      options: at.job.options,
      signal: at.signal,
      onLine: io.line,
      now: at.clock.now,
    });
    if (verdict.state !== 'done') throw await failureOf(api, { verdict, rollout, signal: at.signal });
    const words = jobWords(registered.jobId, at.connection.nomad.namespace);
    const undone = verdict.outcome === 'nothing-to-run' ? await undoneByOthers(api, registered, { words, signal: at.signal }) : undefined;
    if (undone) throw undone;
    const health = done({
      outcome: verdict.outcome,
      allocations: rollout.allocations.filter(({ DesiredStatus }) => DesiredStatus === 'run').map(summaryOf),
      ...(placed.deploymentId ? { deploymentId: placed.deploymentId } : {}),
      ...(verdict.outcome === 'queued' ? { queued: await queuedLines(api, { rollout, placed, signal: at.signal }) } : {}),
      ...untilOf(rollout),
    });
    return { state: { health }, detail: verdict.line };
  },
});

/** When Nomad gives up on a rollout that waits for somebody. */
function untilOf({ deployment }: Rollout): Pick<Health, 'until'> {
  const deadlines = Object.values(deployment?.TaskGroups ?? {}).flatMap(({ RequireProgressBy }) => RequireProgressBy ?? []);
  const first = deadlines.sort()[0];
  return first ? { until: first } : {};
}

/** Why what waits for room has none, and what it means that it waits. */
async function queuedLines(
  api: NomadApi,
  { rollout, placed, signal }: { rollout: Rollout; placed: Placed; signal: AbortSignal },
): Promise<string[]> {
  const { jobId, deployment, evaluations } = rollout;
  const failed = Object.assign({}, placed.unplaced, ...evaluations.map(({ FailedTGAllocs }) => FailedTGAllocs ?? {})) as Unplaced['failed'];
  const groups = deployment?.TaskGroups ?? {};
  const stuck = Object.fromEntries(
    Object.entries(failed).filter(([name]) => !groups[name] || groups[name].PlacedAllocs < desiredOf(groups[name])),
  );
  const spec = await api.job(jobId, signal);
  const endless = Object.entries(groups).flatMap(([name, group]) => (isEndless(group) ? [name] : []));
  return [
    ...(spec ? await explainPlacement(api, { spec, failed: stuck, signal }) : []),
    ...(endless.length > 0
      ? [
          `nothing of ${endless.join(', ')} has a place, so the deployment has no deadline: it goes on until there is room, and changes of counts wait for it`,
        ]
      : []),
  ];
}

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
    return removedMeanwhile(rollout.jobId);
  }
  const broken = verdict.culprits.length > 0 ? verdict.culprits : await brokenNow(api, rollout, signal);
  // Where Nomad's deadline came first, nobody has said yet that these are unhealthy.
  const unanswered = rollout.allocations.filter(({ ID }) => rollout.failingChecks.some(({ allocation }) => allocation === ID));
  const culprits = broken.length > 0 ? broken : unanswered;
  return new OutcomeError(verdict.message, {
    code: verdict.code,
    why: await failureTree(culprits, {
      lastWords: lastWordsFrom(api, signal),
      memoryNote: memoryNoteFrom(api, signal),
      failingChecks: rollout.failingChecks,
    }),
    next: firstTokenRefusal(culprits)?.next ?? verdict.next,
    details: { job: rollout.jobId, version: rollout.version, allocations: culprits.map(summaryOf), checks: rollout.failingChecks },
  });
}

/** The news of a deployment's end may come before the news of what ended it. */
async function brokenNow(api: NomadApi, { jobId, version }: Rollout, signal: AbortSignal): Promise<Allocation[]> {
  const { value } = await api.allocations(jobId, { index: 0, signal });
  return value.filter((one) => one.JobVersion === version && isBroken(one));
}
