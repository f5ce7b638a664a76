import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { Planned, Registered } from '../job-state.js';

/** What a job that Nomad has accepted waits for before anything of it runs; empty for most. */
export function waitOf(spec: JobSpec, planned: Planned): Pick<Registered, 'waitsFor'> {
  if (spec.ParameterizedJob) return { waitsFor: 'a dispatch' };
  if (!spec.Periodic) return {};
  const next = planned.reply.NextPeriodicLaunch;
  return { waitsFor: next ? `its next launch, at ${next}` : 'its next launch' };
}
