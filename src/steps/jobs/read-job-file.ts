import { defineStep } from '../../jobs/job-state.js';
import { readJobSpec } from '../../jobs/parse/read-job-spec.js';

/** Reads a job file. It needs nothing of the cluster, so it goes on beside what asks the cluster; templates are `render-job`'s. */
export const readJobFile = defineStep({
  id: 'read-job-file',
  title: 'Reading the job file',
  async run(at) {
    const { source, variables = { words: [], files: [] } } = at.job;
    if (!source || source.kind === 'template') return;
    const { name, text, folder } = source;
    return { state: await readJobSpec(at, { connection: at.connection, name, text, folder, variables }) };
  },
});
