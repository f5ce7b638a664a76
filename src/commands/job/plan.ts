import { runningAgents } from '../../cluster/running-agents.js';
import { findJob } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { formatDiff } from '../../jobs/report/format-diff.js';
import { hasChanges } from '../../jobs/report/format-plan.js';
import { placementLines } from '../../jobs/report/explain-plan.js';
import { inNamespace } from '../../jobs/parse/in-namespace.js';
import { preparePlan } from '../../plans/job-plans.js';
import { prepareJob } from '../../plans/run-job-plan.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { headLines, runOf } from './deploy-run.js';
import { commandLine, connect, jobOf, namespaceFlag, orSilence, variableFlags } from './job-input.js';
import { shapeOfSpec, tellFaults } from './tell-faults.js';

const CHANGES = 10;

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue, or a job file', required: true, completes: 'job' }],
  flags: [
    ...variableFlags,
    namespaceFlag,
    { flag: '--full', summary: 'every field of what is new' },
    { flag: '--reset-counts', summary: "take the file's counts, also where somebody scaled" },
    { flag: '--exit-code', summary: 'exit with 10 when there are changes' },
  ],
  examples: ['nomadctl job plan redis', 'nomadctl job plan ./web.nomad.hcl --exit-code'],
  run: runPlanCommand,
};

/** `job plan`, and `job deploy --plan`. */
export async function runPlanCommand(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const word = jobOf(input);
  const deploy = commandLine('deploy', word, input);
  const run = runOf(await findJob(word, ctx.paths), {
    input,
    connection: await connect(input, ctx),
    command: commandLine('plan', word, input),
  });
  const [prepared, agents] = await Promise.all([
    orSilence(prepareJob(ctx, { ...run, plan: preparePlan }), ctx),
    runningAgents(run.subject.connection, ctx.signal),
  ]);
  const { planned, spec, keptCounts } = prepared;
  const { reply } = planned;
  tellFaults(ctx, agents, { command: 'job plan', job: shapeOfSpec(spec) });
  const unplaced = await placementLines(inNamespace(run.subject.connection, spec.Namespace), {
    spec,
    failed: reply.FailedTGAllocs ?? {},
    signal: ctx.signal,
  });
  const changed = hasChanges(reply.Diff) || !planned.unchanged;
  const { style } = ctx.ui;
  const diff = formatDiff(reply.Diff, { style, full: input.flags['full'] === true });
  return {
    data: {
      job: spec.ID,
      namespace: spec.Namespace,
      version: planned.version,
      index: reply.JobModifyIndex,
      changes: changed,
      keptCounts,
      diff: reply.Diff,
      updates: reply.Annotations?.DesiredTGUpdates ?? {},
      unplaced: Object.keys(reply.FailedTGAllocs ?? {}),
      why: unplaced,
    },
    text: [
      ...headLines(prepared, ctx),
      '',
      ...(diff.length > 0 ? [...diff, ''] : []),
      ...(unplaced.length > 0
        ? [style.bad('Does not fit'), ...unplaced.map((line) => `  ${line}`)]
        : changed
          ? ['Everything fits.']
          : ['Nothing to change.']),
      '',
      `Index ${reply.JobModifyIndex}  ${style.accent(`${deploy} --check-index ${reply.JobModifyIndex}`)}`,
    ].join('\n'),
    exitCode: input.flags['exitCode'] === true && changed ? CHANGES : 0,
  };
}
