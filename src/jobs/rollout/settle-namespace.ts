import { UsageError } from '@nomadctl/base/errors';
import type { JobSpec } from '../../clients/nomad-job-model.js';

const DEFAULT = 'default';

/**
 * A job that names no namespace goes to the one that is worked in, as with Nomad's own program. One that names another would
 * be registered there and be looked for here.
 * @param written the namespace as the job file has it.
 * @throws UsageError `namespace-other`
 */
export function settleNamespace(
  spec: JobSpec,
  { written, current = DEFAULT, word }: { written: string | null | undefined; current: string | undefined; word: string },
): JobSpec {
  if ((written || current) === current) return { ...spec, Namespace: current };
  throw new UsageError(`job ${spec.ID} is for namespace ${written}, and nomadctl works in ${current}`, {
    code: 'namespace-other',
    why: 'nothing was registered; NOMAD_NAMESPACE says where it works',
    next: `NOMAD_NAMESPACE=${written} nomadctl job deploy ${word}`,
  });
}
