import type { JobSpec } from '../../clients/nomad-job-model.js';
import { calledFile } from '../catalogue/find-job.js';
import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';

/**
 * Decides a job's namespace: the one in its file, as with Nomad's own program, else the current one. A note says when the
 * file overrides the requested namespace.
 */
export function settleNamespace(
  spec: JobSpec,
  { current, name }: { current: string | undefined; name: string },
): { readonly spec: JobSpec; readonly notes: readonly string[] } {
  const namespace = spec.Namespace || current || DEFAULT_NAMESPACE;
  const overridden = current !== undefined && current !== namespace;
  return {
    spec: { ...spec, Namespace: namespace },
    notes: overridden ? [`${calledFile(name)} names namespace ${namespace}, which counts, and not ${current}`] : [],
  };
}
