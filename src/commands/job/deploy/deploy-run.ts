import { runningAgents } from '../../../cluster/running-agents.js';
import { DEFAULT_NAMESPACE } from '../../../cluster/connection.js';
import type { JobSource } from '../../../jobs/catalogue/find-job.js';
import type { Context } from '../../../context.js';
import { intentionLines } from '../../../jobs/report/intention-lines.js';
import { needLines } from '../../../jobs/report/need-lines.js';
import { groupLines, keptLines, sizeOf } from '../../../jobs/report/format-plan.js';
import { prepareDeployPlan } from '../../../plans/job-plans.js';
import { prepareJob, type JobRun, type Prepared } from '../../../plans/run-job-plan.js';
import { flagOf, type CommandInput } from '../../command.js';
import { followOptions, listOf, numberOf, orSilence, variablesOf } from '../job-input.js';
import { shapeOfSpec, tellFaults } from '../tell-faults.js';

/** What deploy and plan make of their input. */
export function runOf(
  source: JobSource,
  { input, connection }: { input: CommandInput; connection: JobRun['subject']['connection'] },
): Pick<JobRun, 'subject'> {
  return {
    subject: {
      connection,
      job: {
        source,
        before: listOf(input, 'with'),
        variables: variablesOf(input),
        intentions: source.kind === 'template' ? source.manifest.intentions : undefined,
        verify: source.kind === 'template' ? source.manifest.verify : undefined,
        options: {
          ...followOptions(input),
          rerun: input.flags['rerun'] === true,
          queue: input.flags['queue'] === true,
          resetCounts: input.flags['resetCounts'] === true,
          checkIndex: numberOf(flagOf(input, 'checkIndex'), '--check-index'),
        },
      },
    },
  };
}

export interface PlannedDeploy {
  readonly run: Pick<JobRun, 'subject'>;
  readonly prepared: Prepared;
}

/** Plans the deploy of a job, and says what is about to happen. */
export async function planDeploy(source: JobSource, asked: Parameters<typeof runOf>[1], ctx: Context): Promise<PlannedDeploy> {
  const run = runOf(source, asked);
  const [prepared, agents] = await Promise.all([
    orSilence(prepareJob(ctx, { ...run, plan: prepareDeployPlan }), ctx),
    runningAgents(run.subject.connection, ctx.signal),
  ]);
  ctx.ui.note(headLines(prepared, ctx).join('\n'));
  tellFaults(ctx, agents, { command: 'job deploy', job: shapeOfSpec(prepared.spec) });
  return { run, prepared };
}

/** What is about to happen: the job, its groups, counts that are kept, and what Nomad warns of. */
export function headLines({ spec, rendered, notes, planned, keptCounts, intentions, needs }: Prepared, ctx: Context): string[] {
  const { style } = ctx.ui;
  const drivers =
    rendered.drivers.length > 0
      ? [`driver ${rendered.drivers.join(' and ')}${rendered.programs.length > 0 ? ` (${rendered.programs.join(', ')})` : ''}`]
      : [];
  return [
    [style.bold(spec.ID), ...namespaceOf(spec), sizeOf(spec), ...drivers].join(' · '),
    ...groupLines({ spec, planned, keptCounts }, style),
    ...intentionLines(intentions, ctx),
    ...needLines({ needs, rendered }, ctx),
    ...keptLines(keptCounts),
    ...notes.map((line) => `note: ${line}`),
    ...warningLines(planned.reply.Warnings),
  ];
}

/** Only where it is not the one that everybody has. */
function namespaceOf({ Namespace }: Prepared['spec']): string[] {
  return Namespace && Namespace !== DEFAULT_NAMESPACE ? [`namespace ${Namespace}`] : [];
}

function warningLines(warnings: string): string[] {
  return warnings
    .split('\n')
    .map((line) => line.replace(/^[\s*]+/, ''))
    .filter((line) => line !== '' && !/^\d+ warnings?:?$/i.test(line))
    .map((line) => `warning: ${line}`);
}
