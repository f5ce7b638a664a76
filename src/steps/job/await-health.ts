import { setTimeout as delay } from 'node:timers/promises';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Allocation, Deployment, Evaluation } from '../../clients/nomad-model.js';
import { mergeWatches, watch } from '../../clients/watch.js';
import { OutcomeError } from '../../errors.js';
import { formatDuration } from '../../lib/duration.js';
import { explainPlacement } from './explain-placement.js';
import { failureTree, lastWordsFrom } from './failure-tree.js';
import { defineStep, summaryOf, type Health, type Registered, type RolloutOptions } from './job-state.js';
import { isBroken, judgeAllocations, judgeDeployment, type Rollout, type Verdict } from './judge-rollout.js';
import { unplaceable } from './unplaceable.js';

const TIMEOUT_MS = 30 * 60 * 1000;
/** How often a rollout without a deployment is looked at again, since "stays up" is about time. */
const TICK_MS = 250;

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
    const { verdict, rollout } = await follow(api, {
      registered,
      word: at.job.source?.name ?? registered.jobId,
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

interface FollowRequest {
  readonly registered: Registered;
  readonly word: string;
  readonly deploymentId: string;
  readonly options: RolloutOptions;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly now: () => number;
}

interface Snapshot extends Record<string, unknown> {
  deployment: Deployment;
  allocations: Allocation[];
  evaluations: Evaluation[];
  tick: number;
}

/** The first verdict that is not "waiting". */
async function follow(
  api: NomadApi,
  request: FollowRequest,
): Promise<{ verdict: Exclude<Verdict, { state: 'waiting' }>; rollout: Rollout }> {
  const { registered, options, deploymentId, signal, now } = request;
  const { jobId } = registered;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const timeUp = AbortSignal.timeout(timeoutMs);
  const seen: Partial<Snapshot> = {};
  const upSince = new Map<string, number>();
  let line = '';
  try {
    for await (const { key, value } of mergeWatches<Snapshot>(sourcesOf(api, { jobId, deploymentId }), AbortSignal.any([signal, timeUp]))) {
      Object.assign(seen, { [key]: value });
      const rollout = rolloutOf(seen, request);
      if (!rollout) continue;
      const verdict = rollout.deployment ? judgeDeployment(rollout, rollout.deployment) : judgeAllocations(rollout, upSince, now());
      if (verdict.state !== 'waiting') return { verdict, rollout };
      if (verdict.line !== line) request.onLine((line = verdict.line));
    }
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error;
  }
  throw new OutcomeError(`job ${jobId}: not healthy after ${formatDuration(timeoutMs)}`, {
    code: 'wait-timeout',
    why: `the last that was seen: ${line || 'nothing'}; Nomad goes on trying`,
    next: `nomadctl job status ${jobId}`,
  });
}

function sourcesOf(
  api: NomadApi,
  { jobId, deploymentId }: { jobId: string; deploymentId: string },
): { [K in keyof Snapshot]: (signal: AbortSignal) => AsyncGenerator<Snapshot[K]> } {
  const allocations = (signal: AbortSignal) => watch((from) => api.allocations(jobId, from), signal);
  const evaluations = (signal: AbortSignal) => watch((from) => api.evaluations(jobId, from), signal);
  const deployment = (signal: AbortSignal) => watch((from) => api.deployment(deploymentId, from), signal);
  const sources = deploymentId ? { allocations, evaluations, deployment } : { allocations, tick: ticks };
  return sources as ReturnType<typeof sourcesOf>;
}

async function* ticks(signal: AbortSignal): AsyncGenerator<number, void> {
  for (let tick = 0; !signal.aborted; tick++) {
    yield tick;
    await delay(TICK_MS, undefined, { signal }).catch(() => {});
  }
}

/** Undefined until every source has spoken. */
function rolloutOf(seen: Partial<Snapshot>, { registered, word, options, deploymentId }: FollowRequest): Rollout | undefined {
  const { allocations, evaluations, deployment } = seen;
  if (!allocations || (deploymentId && (!deployment || !evaluations))) return undefined;
  return {
    jobId: registered.jobId,
    word,
    type: registered.type,
    version: registered.version,
    // A deployment that succeeded earlier says nothing about now.
    deployment: registered.unchanged && deployment?.Status === 'successful' ? undefined : deployment,
    unchanged: registered.unchanged,
    allocations: allocations.filter(({ JobVersion }) => JobVersion === registered.version),
    evaluations: (evaluations ?? []).filter(({ DeploymentID }) => DeploymentID === deploymentId),
    patient: options.patient ?? false,
    queue: options.queue ?? false,
  };
}

async function failureOf(
  api: NomadApi,
  { verdict, rollout, signal }: { verdict: Exclude<Verdict, { state: 'waiting' | 'done' }>; rollout: Rollout; signal: AbortSignal },
): Promise<OutcomeError> {
  if (verdict.state === 'unplaceable') {
    const failed = verdict.evaluation.FailedTGAllocs ?? {};
    const spec = await api.job(rollout.jobId, signal);
    if (spec)
      return unplaceable(spec, {
        failed,
        why: await explainPlacement(api, { spec, failed, signal }),
        word: rollout.word,
        registered: true,
      });
    return new OutcomeError(`job ${rollout.jobId} was removed while it was placed`, {
      code: 'deployment-superseded',
      next: 'nomadctl job list',
    });
  }
  const culprits = verdict.culprits.length > 0 ? verdict.culprits : await brokenNow(api, rollout, signal);
  return new OutcomeError(verdict.message, {
    code: verdict.code,
    why: await failureTree(culprits, lastWordsFrom(api, signal)),
    next: verdict.next,
    details: { job: rollout.jobId, version: rollout.version, allocations: culprits.map(summaryOf) },
  });
}

/** The news of a deployment's end may come before the news of what ended it. */
async function brokenNow(api: NomadApi, { jobId, version }: Rollout, signal: AbortSignal): Promise<Allocation[]> {
  const { value } = await api.allocations(jobId, { index: 0, signal });
  return value.filter((one) => one.JobVersion === version && isBroken(one));
}
