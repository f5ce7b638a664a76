import { createNomadApi } from '../../clients/nomad-api.js';
import { defineStep } from '../../jobs/job-state.js';

export const readNodes = defineStep({
  id: 'read-nodes',
  title: 'Reading the cluster',
  provides: ['nodes'],
  async run(at) {
    const nodes = await createNomadApi(at.connection.nomad).nodes(at.signal);
    return { state: { nodes }, detail: `${nodes.length} clients` };
  },
});
