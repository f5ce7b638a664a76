import { findJob } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { renderOffline } from '../../jobs/catalogue/render-offline.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { jobOf, variableFlags, variablesOf } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue', required: true, completes: 'job' }],
  flags: variableFlags,
  examples: ['nomadctl job render redis', 'nomadctl job render redis --driver docker > redis.nomad.hcl'],
  about: 'Asks no cluster: a driver that is not given is the preferred one of the template, where deploy takes the first that works.',
  run: render,
};

async function render(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const source = await findJob(jobOf(input), ctx.paths);
  const text = await renderOffline(source, variablesOf(input));
  return { data: { job: source.name, text }, text: text.trimEnd() };
}
