import { setTimeout as delay } from 'node:timers/promises';
import { NomadctlError } from '@nomadctl/base/errors';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { failingChecks, type FailingCheck, type Looking } from './failing-checks.js';

/** Whoever has to log in at a node to ask asks less often. */
const PAUSE_MS = { here: 1000, there: 5000 };
/** So many are looked at; one tells as much as all. */
const LOOKED_AT = 5;

/**
 * Yields what does not pass whenever that changes. Answers are kept when their allocation has gone: Nomad replaces one that
 * is unhealthy at once, and its checks go with it.
 * @param allocations those of the rollout that are known by now
 */
export async function* watchChecks(at: Looking, allocations: () => readonly Allocation[]): AsyncGenerator<FailingCheck[], void> {
  const seen = new Map<string, FailingCheck[]>();
  const pauseMs = at.connection.nodes.run ? PAUSE_MS.there : PAUSE_MS.here;
  let told = '';
  while (!at.signal.aborted) {
    const all = allocations();
    for (const one of all) if (one.DeploymentStatus?.Healthy) seen.delete(one.ID);
    const unsure = all.filter((one) => one.ClientStatus === 'running' && one.DeploymentStatus?.Healthy !== true);
    await Promise.all(
      unsure.slice(-LOOKED_AT).map(async (one) => {
        const failing = await failingChecks(one, at).catch((error: unknown) => {
          at.signal.throwIfAborted();
          if (error instanceof NomadctlError) return undefined;
          throw error;
        });
        if (failing && (failing.length > 0 || one.DesiredStatus === 'run')) seen.set(one.ID, failing);
      }),
    );
    const now = [...seen.values()].flat();
    if (JSON.stringify(now) !== told) {
      told = JSON.stringify(now);
      yield now;
    }
    await delay(pauseMs, undefined, { signal: at.signal }).catch(() => {});
  }
}
