import type { JobSpec } from '../../clients/nomad-job-model.js';
import { DEFAULT_NAMESPACE } from './in-namespace.js';

/**
 * The namespace that a job's file names counts, as with Nomad's own program; a job that names none goes to the one that is
 * worked in. A file that overrides what somebody asked for says so.
 */
export function settleNamespace(
  spec: JobSpec,
  { current, name }: { current: string | undefined; name: string },
): { readonly spec: JobSpec; readonly notes: readonly string[] } {
  const namespace = spec.Namespace || current || DEFAULT_NAMESPACE;
  const overridden = current !== undefined && current !== namespace;
  return {
    spec: { ...spec, Namespace: namespace },
    notes: overridden ? [`job file ${name} names namespace ${namespace}, which counts, and not ${current}`] : [],
  };
}
