import { setTimeout as delay } from 'node:timers/promises';
import { createNomadApi } from '../../clients/nomad-api.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { Allocation, Deployment, Evaluation } from '../../clients/nomad-rollout-model.js';
import { watch } from '../../clients/watch.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import { hasChecks, type FailingCheck } from './failing-checks.js';
import { watchChecks } from './watch-checks.js';

/** What a verdict is made of, each part as it was last seen. */
export interface Snapshot extends Record<string, unknown> {
  deployment: Deployment;
  allocations: Allocation[];
  evaluations: Evaluation[];
  checks: FailingCheck[];
  tick: number;
}

type Sources = { [K in keyof Snapshot]: (signal: AbortSignal) => AsyncGenerator<Snapshot[K]> };

/** How often a rollout is looked at again where "stays up" is about time. */
const TICK_MS = 250;

export interface Followed {
  readonly connection: ClusterConnection;
  readonly jobId: string;
  readonly deploymentId: string;
  readonly spec: JobSpec | undefined;
  readonly manual: readonly string[];
}

/** Only what a rollout needs: a deployment's news come by themselves, and checks are asked where a job has some. */
export function snapshotSources(
  { connection, jobId, deploymentId, spec, manual }: Followed,
  ofRollout: () => readonly Allocation[],
): Sources {
  const api = createNomadApi(connection.nomad);
  const allocations = (signal: AbortSignal) => watch((from) => api.allocations(jobId, from), signal);
  if (deploymentId === '') return { allocations, tick: ticks } as unknown as Sources;
  const sources = {
    allocations,
    evaluations: (signal: AbortSignal) => watch((from) => api.evaluations(jobId, from), signal),
    deployment: (signal: AbortSignal) => watch((from) => api.deployment(deploymentId, from), signal),
    ...(manual.length > 0 ? { tick: ticks } : {}),
    ...(spec && hasChecks(spec) ? { checks: (signal: AbortSignal) => watchChecks({ connection, spec, signal }, ofRollout) } : {}),
  };
  return sources as unknown as Sources;
}

async function* ticks(signal: AbortSignal): AsyncGenerator<number, void> {
  for (let tick = 0; !signal.aborted; tick++) {
    yield tick;
    await delay(TICK_MS, undefined, { signal }).catch(() => {});
  }
}
