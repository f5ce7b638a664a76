import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { UsageError } from '@nomadctl/base/errors';
import { GIVEN_JOB, nomadctl } from '@nomadctl/base/hint/hint';
import { defineStep } from '../../jobs/job-state.js';
import { registeredBy } from '../../jobs/rollout/registered-version.js';

/** Registers an earlier version again, as a new one. Without a number: the newest earlier one that was healthy. */
export function revertJob(wanted: number | undefined) {
  return defineStep({
    id: 'revert-job',
    title: wanted === undefined ? 'Going back to the version before' : `Going back to version ${wanted}`,
    provides: ['registered'],
    async run(at) {
      const api = createNomadApi(at.connection.nomad);
      const { id = '' } = at.job;
      const versions = (await api.versions(id, at.signal)).sort((a, b) => b.Version - a.Version);
      const target = chooseVersion(id, versions, wanted);
      const reply = await api.revert({ id, version: target, enforcePriorVersion: versions[0]?.Version ?? 0, signal: at.signal });
      const registered = await registeredBy(api, { id, reply, signal: at.signal });
      return { state: { registered }, detail: `version ${registered.version} is version ${target} again` };
    },
  });
}

/** @throws UsageError `version-unknown` */
export function chooseVersion(id: string, newestFirst: readonly Job[], wanted: number | undefined): number {
  const [current, ...earlier] = newestFirst;
  const target =
    wanted === undefined ? (earlier.find(({ Stable }) => Stable) ?? earlier[0]) : newestFirst.find(({ Version }) => Version === wanted);
  if (target && target !== current) return target.Version;
  const known = earlier.map(({ Version, Stable }) => `${Version}${Stable ? ' (was healthy)' : ''}`);
  throw new UsageError(
    target
      ? `job ${id} is at version ${target.Version} already${target.Stop ? ', and stopped' : ''}`
      : `job ${id} has no ${wanted === undefined ? 'earlier version' : `version ${wanted}`}`,
    {
      code: 'version-unknown',
      why: known.length > 0 ? `Nomad keeps ${known.join(', ')}` : `it is at version ${current?.Version ?? 0}, and Nomad keeps no other`,
      next: target?.Stop ? nomadctl`job deploy ${GIVEN_JOB}` : nomadctl`job status ${id}`,
    },
  );
}
