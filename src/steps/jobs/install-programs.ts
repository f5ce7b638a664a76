import { defineStep } from '../../jobs/job-state.js';
import { locateTool } from '../../programs/locate-tool.js';

/** Makes the programs available that a job's tasks run and that nomadctl has itself: nothing is registered that could not start. */
export const installPrograms = defineStep({
  id: 'install-programs',
  title: 'Installing programs of the job',
  hideWhenDone: true,
  requires: ['rendered'],
  async isDone(at) {
    const missing: string[] = [];
    for (const tool of at.state.rendered.installs ?? []) if (!(await locateTool(at, tool)).tool) missing.push(tool);
    return missing.length === 0 ? { done: true } : { done: false, because: `no ${missing.join(' and no ')}` };
  },
  async run(at, io) {
    const { ensureTool } = await import('../../programs/ensure-tool.js');
    const made: string[] = [];
    for (const tool of at.state.rendered.installs ?? []) {
      const { version, path } = await ensureTool(at, tool, { report: (text) => io.line(`${tool}: ${text}`) });
      made.push(`${tool} ${version} at ${path}`);
    }
    return { detail: made.join(', ') };
  },
});
