import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { Registered } from '../job-state.js';

/**
 * What a job that Nomad has accepted waits for before anything of it runs; empty for most.
 * @param nextLaunch of a periodic job, where it is known
 */
export function waitOf(spec: JobSpec, nextLaunch?: string): Pick<Registered, 'waitsFor' | 'dispatch'> {
  const { Namespace = null, ParameterizedJob } = spec;
  if (ParameterizedJob) return { waitsFor: 'a dispatch', dispatch: { Namespace, ParameterizedJob } };
  if (!spec.Periodic) return {};
  return { waitsFor: nextLaunch ? `its next launch, at ${nextLaunch}` : 'its next launch' };
}
