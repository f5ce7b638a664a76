import { findJob, type JobSource } from '../../jobs/catalogue/find-job.js';
import type { JobVariable } from '../../jobs/catalogue/job-manifest.js';
import type { Context } from '../../context.js';
import { alignRows } from '@nomadctl/base/table';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { jobOf } from './job-input.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue, or a job file', required: true, completes: 'job' }],
  examples: ['nomadctl job show redis'],
  run: show,
};

async function show(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const source = await findJob(jobOf(input), ctx.paths);
  return source.kind === 'template' ? showTemplate(source, ctx) : (await import('./show-file.js')).showFile(source, ctx);
}

function showTemplate({ name, dir, manifest }: Extract<JobSource, { kind: 'template' }>, { ui: { style } }: Context): CommandResult {
  const { title, summary, variables, programs, verify } = manifest;
  const rows = variables.map((variable) => [
    `  ${style.bold(variable.name)}`,
    variable.type,
    defaultOf(variable),
    style.dim(variable.description),
  ]);
  const checks = (verify?.checks ?? []).map(
    (check) =>
      `  ${check.title}  ${style.dim(check.kind === 'exec' ? `${check.command.join(' ')} in ${check.group}/${check.task}` : check.kind)}`,
  );
  const needs = Object.values(programs).flatMap((byDriver) =>
    Object.entries(byDriver).map(([driver, names]) => `  ${driver}  ${names.join(', ')}`),
  );
  const failover = verify?.failover ? [`  failover of group ${verify.failover.group}, ${verify.failover.repeat} repeated`] : [];
  return {
    data: { name, dir, ...manifest },
    text: [
      `${style.bold(name)} · ${title}`,
      summary,
      '',
      'Variables',
      ...alignRows(rows),
      ...(needs.length > 0 ? ['', 'Programs that a node needs, by driver', ...needs] : []),
      ...(checks.length > 0 ? ['', 'Checks', ...checks, ...failover] : []),
      '',
      `Template  ${dir}`,
    ].join('\n'),
    next: nomadctl`job deploy ${name}`,
  };
}

/** Drivers are chosen where a job is deployed, by `steps/job/choose-driver.ts`. */
function defaultOf({ type, choices = [], ...variable }: JobVariable): string {
  if (variable.default !== undefined) return JSON.stringify(variable.default);
  if (type !== 'driver') return 'must be given';
  const others = choices.filter((driver) => driver !== 'docker').join(', ');
  return others.length < choices.join(', ').length
    ? `docker on hosts, else the first that works of ${others}`
    : `the first that works of ${others}`;
}
