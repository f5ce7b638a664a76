import { createNomadApi } from '../../clients/nomad-api.js';
import { defineStep } from '../../jobs/job-state.js';
import { registeredBy } from '../../jobs/rollout/registered-version.js';

/** Sets the count of one group, of the job as it was at `modifyIndex`. Whether the group exists was settled before. */
export function scaleJob(group: string, count: number, modifyIndex?: number) {
  return defineStep({
    id: 'scale-job',
    title: `Scaling ${group} to ${count}`,
    provides: ['registered'],
    async run(at) {
      const api = createNomadApi(at.connection.nomad);
      const { id = '' } = at.job;
      const reply = await api.scale({ id, group, count, modifyIndex, signal: at.signal });
      const registered = await registeredBy(api, { id, reply, signal: at.signal });
      return { state: { registered }, detail: `version ${registered.version}` };
    },
  });
}
