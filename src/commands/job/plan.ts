import { runningAgents } from '../../cluster/running-agents.js';
import { findJob } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { toAllow } from '../../jobs/report/intention-lines.js';
import { formatDiff } from '../../jobs/report/format-diff.js';
import { againHint, hasChanges } from '../../jobs/report/format-plan.js';
import { placementLines } from '../../jobs/report/explain-plan.js';
import { inNamespace, jobWords } from '../../jobs/parse/in-namespace.js';
import { preparePlan } from '../../plans/job-plans.js';
import { prepareJob, type Prepared } from '../../plans/run-job-plan.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { headLines, runOf } from './deploy/deploy-run.js';
import { connect, jobOf, namespaceFlag, orSilence, variableFlags, withFlag } from './job-input.js';
import { shapeOfSpec, tellFaults } from './tell-faults.js';
import { GIVEN_JOB, hint, nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** As the deploy that would follow. */
const FAILS = 1;
const CHANGES = 10;

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue, a job file, or - for standard input', required: true, completes: 'job' }],
  flags: [
    ...variableFlags,
    namespaceFlag,
    withFlag,
    { flag: '--full', summary: 'every field of what is new' },
    { flag: '--reset-counts', summary: "take the file's counts, also where somebody scaled" },
    {
      flag: '--exit-code',
      summary: 'exit with 10 when there are changes, and with 1 when they do not fit; without it a plan exits with 0',
    },
  ],
  examples: ['nomadctl job plan redis', 'nomadctl job plan ./web.nomad.hcl --exit-code'],
  run: runPlanCommand,
};

/** `job plan`, and `job deploy --plan`. */
export async function runPlanCommand(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const word = jobOf(input);
  const run = runOf(await findJob(word, ctx.paths), {
    input,
    connection: await connect(input, ctx),
  });
  const [prepared, agents] = await Promise.all([
    orSilence(prepareJob(ctx, { ...run, plan: preparePlan }), ctx),
    runningAgents(run.subject.connection, ctx.signal),
  ]);
  const { planned, portProblems, spec, keptCounts, intentions, needs } = prepared;
  const { reply } = planned;
  tellFaults(ctx, agents, { command: 'job plan', job: shapeOfSpec(spec) });
  const failed = await placementLines(inNamespace(run.subject.connection, spec.Namespace), {
    spec,
    failed: reply.FailedTGAllocs ?? {},
    signal: ctx.signal,
  });
  const why = [...failed, ...portProblems];
  const changed = hasChanges(reply.Diff) || !planned.unchanged || toAllow(intentions).length > 0;
  const diff = formatDiff(reply.Diff, { style: ctx.ui.style, full: input.flags['full'] === true });
  const status = nomadctl`job status ${jobWords(spec.ID, spec.Namespace)}`;
  const { exitCode, bad, said, next } = endOf({ planned, type: spec.Type, why, changed, status });
  const { style } = ctx.ui;
  return {
    data: {
      job: spec.ID,
      namespace: spec.Namespace,
      version: planned.version,
      index: reply.JobModifyIndex,
      changes: changed,
      fits: why.length === 0,
      keptCounts,
      intentions,
      needs,
      diff: reply.Diff,
      updates: reply.Annotations?.DesiredTGUpdates ?? {},
      unplaced: Object.keys(reply.FailedTGAllocs ?? {}),
      why,
    },
    text: [
      ...headLines(prepared, ctx),
      '',
      ...(diff.length > 0 ? [...diff, ''] : []),
      bad ? style.bad(said) : said,
      ...why.map((line) => `  ${line}`),
    ].join('\n'),
    next,
    exitCode: input.flags['exitCode'] === true ? exitCode : 0,
  };
}

interface End {
  readonly exitCode: number;
  /** Whether it is bad news. */
  readonly bad?: boolean;
  readonly said: string;
  readonly next: Hint;
}

interface Ending {
  readonly planned: Prepared['planned'];
  readonly type: string;
  readonly why: readonly string[];
  readonly changed: boolean;
  readonly status: Hint;
}

/** What a deploy would come to, and how to have it. */
function endOf({ planned: { reply, ended, rerun }, type, why, changed, status }: Ending): End {
  if (why.length > 0)
    return {
      exitCode: FAILS,
      bad: true,
      said: 'Does not fit: a deploy would register nothing, and exit with 1.',
      next: hint`${nomadctl`job deploy ${GIVEN_JOB} --queue`}   registers it all the same; what has no room waits`,
    };
  if (!changed)
    return ended
      ? { exitCode: 0, said: 'Nothing to change: it has run to its end.', next: againHint(type) }
      : { exitCode: 0, said: 'Nothing to change.', next: status };
  const index = reply.JobModifyIndex;
  const only = index === 0 ? 'registered it by then' : 'changed the job by then';
  const command = nomadctl`job deploy ${GIVEN_JOB} ${rerun ? ['--rerun'] : []} --check-index ${index}`;
  return { exitCode: CHANGES, said: 'Everything fits.', next: hint`${command}   deploys this, unless somebody else has ${only}` };
}
