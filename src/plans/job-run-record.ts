import type { JobState } from '../jobs/job-state.js';

/** What came of a run of a job plan, for the history: what is there now, not what the run printed. */
export function jobRunDetail({ registered, health, stopped, failover, checks = [] }: Partial<JobState>): string {
  if (stopped) {
    const away = stopped.unreachable.length === 0 ? '' : `, ${stopped.unreachable.join(', ')} away`;
    return `${stopped.ended} ${stopped.ended === 1 ? 'allocation' : 'allocations'} ended${away}`;
  }
  const version = registered ? [registered.unchanged ? `unchanged, version ${registered.version}` : `version ${registered.version}`] : [];
  const outcome = health ? [OUTCOMES[health.outcome]] : registered ? ['not followed'] : [];
  const moved = failover ? [`nobody answered for ${(failover.downtimeMs / 1000).toFixed(1)} s`] : [];
  const checked = checks.length === 0 ? [] : [`${checks.length} ${checks.length === 1 ? 'check' : 'checks'} passed`];
  return [...version, ...outcome, ...moved, ...checked].join(', ');
}

const OUTCOMES = {
  healthy: 'healthy',
  'canary-waiting': 'canaries wait for promotion',
  'health-waiting': 'waits to be told whether it is healthy',
  'nothing-to-run': 'nothing to run',
  complete: 'ran to its end',
  registered: 'registered',
  queued: 'waits for room',
} as const;
