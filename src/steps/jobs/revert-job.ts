import { createNomadApi } from '../../clients/nomad-api.js';
import { defineStep } from '../../jobs/job-state.js';
import { chooseVersion } from '../../jobs/rollout/choose-version.js';
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
      const { Version: target } = chooseVersion(id, versions, wanted);
      const reply = await api.revert({ id, version: target, enforcePriorVersion: versions[0]?.Version ?? 0, signal: at.signal });
      const registered = await registeredBy(api, { id, reply, signal: at.signal });
      return { state: { registered }, detail: `version ${registered.version} is version ${target} again` };
    },
  });
}
