import { anySignal } from '@nomadctl/base/signals/any-signal';
import { createNomadApi, type NomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { mergeWatches } from '../../clients/watch.js';
import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { Placed, Registered, RolloutOptions } from '../job-state.js';
import { jobWords } from '../parse/in-namespace.js';
import { decidedAllocations } from './decided-allocations.js';
import { judgeAllocations } from './judge-allocations.js';
import { judgeDeployment } from './judge-deployment.js';
import { goneInWords } from '../removed-meanwhile.js';
import type { Rollout, Verdict } from './rollout.js';
import { noteLives, SETTLE_MS, upFor } from './settled-lives.js';
import { snapshotSources, type Snapshot } from './snapshot-sources.js';

const TIMEOUT_MS = 30 * 60 * 1000;

export interface FollowRequest {
  readonly connection: ClusterConnection;
  readonly registered: Registered;
  readonly placed: Placed;
  readonly options: RolloutOptions;
  readonly signal: AbortSignal;
  readonly onLine: (line: string) => void;
  readonly now: () => number;
}

/** A rollout that has come to an end, good or bad. */
export interface Ended {
  readonly verdict: Exclude<Verdict, { state: 'waiting' | 'hopeless' }>;
  readonly rollout: Rollout;
}

/** What is known before the first look, and stays. */
interface Known {
  /** The version that is followed; absent when Nomad keeps it no more, or when there is no deployment. */
  readonly spec: Job | undefined;
  readonly canRevert: boolean;
  readonly manual: readonly string[];
}

/**
 * Follows by blocking queries until the first verdict that lasts. A hopeless deployment that Nomad would take back at its
 * deadline is ended, so that it goes back now.
 * @throws OutcomeError `wait-timeout`, `job-removed`, `job-changed`
 */
export async function followRollout(request: FollowRequest): Promise<Ended> {
  const { connection, registered, options, placed, signal, now } = request;
  const { deploymentId } = placed;
  const { jobId } = registered;
  const words = jobWords(jobId, connection.nomad.namespace);
  const api = createNomadApi(connection.nomad);
  const timeoutMs = options.timeoutMs ?? TIMEOUT_MS;
  const timeUp = AbortSignal.timeout(timeoutMs);
  const seen: Partial<Snapshot> = {};
  const upSince = new Map<string, number>();
  let line = '';
  let isEnded = false;
  try {
    const known = await knownOf(api, request);
    const sources = snapshotSources({ connection, deploymentId, jobId, ...known }, () =>
      (seen.allocations ?? []).filter(({ JobVersion }) => JobVersion === registered.version),
    );
    const judged = (): { rollout: Rollout; verdict: Verdict } | undefined => {
      const rollout = rolloutOf(seen, { ...request, ...known, upSince });
      return rollout && { rollout, verdict: judge(rollout, upSince, now()) };
    };
    for await (const { key, value } of mergeWatches<Snapshot>(sources, anySignal(signal, timeUp))) {
      Object.assign(seen, { [key]: value });
      noteLives(seen.allocations ?? [], upSince, now());
      let found = judged();
      // Whether Nomad tries once more is known when its scheduler has looked at the failure.
      if (options.patient && found?.verdict.state === 'failed') {
        seen.allocations = await decidedAllocations(api, jobId, { signal: anySignal(signal, timeUp), now });
        found = judged();
      }
      if (!found) continue;
      const { rollout, verdict } = found;
      if (verdict.state !== 'waiting' && verdict.state !== 'hopeless') return { verdict, rollout };
      if (verdict.line !== line) request.onLine((line = verdict.line));
      if (verdict.state === 'waiting' || isEnded) continue;
      isEnded = true;
      await endDeployment(api, deploymentId, signal);
    }
  } catch (error) {
    const what = deploymentId ? `deployment ${deploymentId.slice(0, 8)}` : 'last evaluation';
    if (!timeUp.aborted || signal.aborted) throw await goneInWords(error, api, { id: jobId, words, what, signal });
  }
  throw new OutcomeError(`job ${jobId}: not healthy after ${formatDuration(timeoutMs)}`, {
    code: 'wait-timeout',
    why: `the last that was seen: ${line || 'nothing'}; Nomad goes on trying`,
    next: nomadctl`job status ${words}`,
  });
}

function judge(rollout: Rollout, upSince: Map<string, number>, now: number): Verdict {
  return rollout.deployment ? judgeDeployment(rollout, rollout.deployment) : judgeAllocations(rollout, upSince, now);
}

async function knownOf(api: NomadApi, { placed, registered: { jobId, version }, signal }: FollowRequest): Promise<Known> {
  if (placed.deploymentId === '') return { spec: undefined, canRevert: false, manual: [] };
  const versions = await api.versions(jobId, signal);
  const spec = versions.find(({ Version }) => Version === version);
  const manual = (spec?.TaskGroups ?? []).filter(({ Update }) => Update?.HealthCheck === 'manual').map(({ Name }) => Name);
  return { spec, manual, canRevert: versions.some(({ Stable, Version }) => Stable === true && Version !== version) };
}

async function endDeployment(api: NomadApi, id: string, signal: AbortSignal): Promise<void> {
  await api.failDeployment(id, signal).catch((error: unknown) => {
    // It may have come to its end meanwhile, which is what the watch is about to say.
    if (!(error instanceof ApiError) || error.code !== 'api-refused') throw error;
  });
}

/** Undefined until every source that a verdict needs has spoken. */
function rolloutOf(
  { allocations, evaluations, deployment, checks = [] }: Partial<Snapshot>,
  {
    connection,
    registered,
    options,
    placed: { deploymentId, unplaced = {} },
    canRevert,
    manual,
    upSince,
    now,
  }: FollowRequest & Known & { upSince: ReadonlyMap<string, number> },
): Rollout | undefined {
  if (!allocations || (deploymentId && (!deployment || !evaluations))) return undefined;
  return {
    jobId: registered.jobId,
    words: jobWords(registered.jobId, connection.nomad.namespace),
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
    unplaced: Object.keys(unplaced),
    manual,
    settled: allocations.filter((one) => upFor(one, upSince, now()) >= SETTLE_MS).map(({ ID }) => ID),
    failingChecks: checks,
  };
}
