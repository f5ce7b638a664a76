import { createNomadApi } from '../../clients/nomad-api.js';
import type { JobSpec } from '../../clients/nomad-job-model.js';
import { ConfigError, PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { calledFile } from '../../jobs/catalogue/find-job.js';
import { countsToKeep, withCounts } from '../../jobs/rollout/keep-counts.js';

/** Has the servers check the job, and keeps counts that somebody scaled to. */
export const checkJob = defineStep({
  id: 'check-job',
  title: 'Checking the job',
  requires: ['spec'],
  provides: ['spec', 'keptCounts'],
  async run(at) {
    const api = createNomadApi(at.connection.nomad);
    const { spec } = at.state;
    at.given.namespace = spec.Namespace ?? undefined;
    const [{ errors }, current, scale] = await Promise.all([
      api.validate(spec, at.signal),
      api.job(spec.ID, at.signal),
      api.scaleStatus(spec.ID, at.signal),
    ]);
    if (errors.length > 0) {
      const name = at.job.source?.name ?? spec.ID;
      if (errors.some((text) => /in nonexistent namespace/.test(text))) throw noNamespace(name, spec);
      throw new ConfigError(`${calledFile(name)} is wrong`, { code: 'job-invalid', why: errors.flatMap(problemLines) });
    }
    const keptCounts = at.job.options.resetCounts ? [] : countsToKeep(spec, current, scale);
    return { state: { spec: withCounts(spec, keptCounts), keptCounts } };
  },
});

function noNamespace(name: string, { ID, Namespace }: JobSpec): PrerequisiteError {
  return new PrerequisiteError(`the cluster has no namespace ${Namespace}, which job ${ID} is for`, {
    code: 'namespace-missing',
    why: `${calledFile(name)}, --namespace or NOMAD_NAMESPACE names it; nothing was registered`,
    next: nomadctl`access namespace create ${Namespace ?? ''}`,
  });
}

/** Nomad nests its findings with bullets and "1 error occurred:" lines; what is left are the findings. */
function problemLines(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/^[\s*]+/, '').trim())
    .filter((line) => line !== '' && !/^\d+ errors? occurred:$/.test(line) && !/validation failed: \d+ errors? occurred:$/.test(line));
}
