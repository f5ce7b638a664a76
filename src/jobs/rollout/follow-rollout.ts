import { setTimeout as delay } from 'node:timers/promises';
import type { NomadApi } from '../../clients/nomad-api.js';
import type { Allocation, Deployment, Evaluation } from '../../clients/nomad-rollout-model.js';
import { mergeWatches, watch } from '../../clients/watch.js';
import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import type { Registered, RolloutOptions } from '../job-state.js';
import { judgeAllocations } from './judge-allocations.js';
import { judgeDeployment } from './judge-deployment.js';
import type { Rollout, Verdict } from './rollout.js';

const TIMEOUT_MS = 30 * 60 * 1000;
/** How often a rollout without a deployment is looked at again, since "stays up" is about time. */
const TICK_MS = 250;

export interface FollowRequest {
  readonly registered: Registered;
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

/** A rollout that has come to an end, good or bad. */
export interface Ended {
  readonly verdict: Exclude<Verdict, { state: 'waiting' | 'hopeless' }>;
  readonly rollout: Rollout;
}

/**
 * Follows by blocking queries until the first verdict that lasts. A hopeless deployment that Nomad would take back at its
 * deadline is ended, so that it goes back now. @throws OutcomeError `wait-timeout`
 */
export async function followRollout(api: NomadApi, request: FollowRequest): Promise<Ended> {
  const { registered, options, deploymentId, signal, now } = request;
  const { jobId } = registered;
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const timeUp = AbortSignal.timeout(timeoutMs);
  const seen: Partial<Snapshot> = {};
  const upSince = new Map<string, number>();
  const canRevert = deploymentId !== '' && (await hasStableVersion(api, registered, signal));
  let line = '';
  let isEnded = false;
  try {
    for await (const { key, value } of mergeWatches<Snapshot>(sourcesOf(api, { jobId, deploymentId }), AbortSignal.any([signal, timeUp]))) {
      Object.assign(seen, { [key]: value });
      const rollout = rolloutOf(seen, request, canRevert);
      if (!rollout) continue;
      const verdict = rollout.deployment ? judgeDeployment(rollout, rollout.deployment) : judgeAllocations(rollout, upSince, now());
      if (verdict.state !== 'waiting' && verdict.state !== 'hopeless') return { verdict, rollout };
      if (verdict.line !== line) request.onLine((line = verdict.line));
      if (verdict.state === 'waiting' || isEnded) continue;
      isEnded = true;
      await endDeployment(api, deploymentId, signal);
    }
  } catch (error) {
    if (!timeUp.aborted || signal.aborted) throw error;
  }
  throw new OutcomeError(`job ${jobId}: not healthy after ${formatDuration(timeoutMs)}`, {
    code: 'wait-timeout',
    why: `the last that was seen: ${line || 'nothing'}; Nomad goes on trying`,
    next: nomadctl`job status ${jobId}`,
  });
}

/** What Nomad would go back to. */
async function hasStableVersion(api: NomadApi, { jobId, version }: Registered, signal: AbortSignal): Promise<boolean> {
  return (await api.versions(jobId, signal)).some(({ Stable, Version }) => Stable === true && Version !== version);
}

async function endDeployment(api: NomadApi, id: string, signal: AbortSignal): Promise<void> {
  await api.failDeployment(id, signal).catch((error: unknown) => {
    // It may have come to its end meanwhile, which is what the watch is about to say.
    if (!(error instanceof ApiError) || error.code !== 'api-refused') throw error;
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
function rolloutOf(seen: Partial<Snapshot>, { registered, options, deploymentId }: FollowRequest, canRevert: boolean): Rollout | undefined {
  const { allocations, evaluations, deployment } = seen;
  if (!allocations || (deploymentId && (!deployment || !evaluations))) return undefined;
  return {
    jobId: registered.jobId,
    type: registered.type,
    version: registered.version,
    // A deployment that succeeded earlier says nothing about now.
    deployment: registered.unchanged && deployment?.Status === 'successful' ? undefined : deployment,
    canRevert,
    unchanged: registered.unchanged,
    allocations: allocations.filter(({ JobVersion }) => JobVersion === registered.version),
    evaluations: (evaluations ?? []).filter(({ DeploymentID }) => DeploymentID === deploymentId),
    patient: options.patient ?? false,
    queue: options.queue ?? false,
  };
}
