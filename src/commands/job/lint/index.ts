import type { Context } from '../../../context.js';
import { findJob } from '../../../jobs/catalogue/find-job.js';
import { renderOffline } from '../../../jobs/catalogue/render-offline.js';
import { lintJob, type LintResult } from '../../../jobs/lint/lint-job.js';
import { nomadProgram } from '../../../jobs/parse/nomad-program.js';
import { parseJobText } from '../../../jobs/parse/parse-job-text.js';
import type { Command, CommandInput, CommandResult } from '../../command.js';
import { jobOf, variableFlags, variablesOf } from '../job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue, a job file, or - for standard input', required: true, completes: 'job' }],
  flags: variableFlags,
  examples: ['nomadctl job lint redis', 'nomadctl job lint ./web.nomad.hcl --json'],
  about: 'What commonly hurts in a job file, each with its line and the reason. Asks no cluster. Exits with 1 when there is something.',
  run: lint,
};

async function lint(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const source = await findJob(jobOf(input), ctx.paths);
  const variables = variablesOf(input);
  const isTemplate = source.kind === 'template';
  const text = await renderOffline(source, variables);
  const { spec } = await parseJobText(ctx, {
    name: source.name,
    text,
    folder: isTemplate ? undefined : source.folder,
    variables: isTemplate ? { words: [], files: [] } : variables,
    program: await nomadProgram(ctx, undefined),
  });
  const found = lintJob(spec, text);
  const { style } = ctx.ui;
  const lines = found.flatMap(({ rule, what, why, line }: LintResult) => [
    `${line === undefined ? source.name : `${source.name}:${line}`}  ${what}  ${style.dim(rule)}`,
    `  ${why}`,
  ]);
  return {
    data: { job: spec.ID, findings: found },
    text: found.length === 0 ? `Nothing that commonly hurts in ${source.name}.` : lines.join('\n'),
    exitCode: found.length === 0 ? 0 : 1,
  };
}
