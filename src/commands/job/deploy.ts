import { again } from '@nomadctl/base/hint/hint';
import { findJob, type JobSource } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { deployPlan } from '../../plans/job-plans.js';
import { runJobPlan } from '../../plans/run-job-plan.js';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { deployResult } from './deploy/deploy-result.js';
import { planDeploy, type PlannedDeploy } from './deploy/deploy-run.js';
import {
  connect,
  followFlags,
  deployLine,
  jobOf,
  listOf,
  namespaceFlag,
  planFlag,
  requireJob,
  variableFlags,
  withFlag,
} from './job-input.js';
import { runPlanCommand } from './plan.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a name of the catalogue, a job file, or - for standard input', completes: 'job' }],
  flags: [
    { flag: '--all <file>', summary: 'a set of jobs in order, from a JSON list of names; a list in it is deployed side by side' },
    ...variableFlags,
    namespaceFlag,
    planFlag,
    withFlag,
    { flag: '--detach', summary: 'return as soon as Nomad has accepted the job' },
    { flag: '--no-verify', summary: 'leave out the checks that the job declares' },
    { flag: '--check-index <index>', summary: 'refuse unless the job is at the index that "job plan" printed' },
    { flag: '--reset-counts', summary: "take the file's counts, also where somebody scaled" },
    {
      flag: '--via <way>',
      summary: "who registers it: nomadctl itself, or terraform with Nomad's provider; default api",
      choices: ['api', 'terraform'],
    },
    { flag: '--rerun', summary: 'run a batch job again that has ended and has not changed' },
    { flag: '--queue', summary: 'register although not everything fits now; Nomad places the rest later' },
    ...followFlags,
  ],
  examples: [
    'nomadctl job deploy redis',
    'nomadctl job deploy redis --var memory=128',
    'nomadctl job deploy --all jobs.json',
    'nomadctl job deploy microbot --with fabio',
    'nomadctl job deploy ./web.nomad.hcl --var count=3',
  ],
  about: [
    'Reads the job as "nomad job run" does, has it checked and planned, registers it only if it is still as planned, and follows it until it is healthy.',
    'Exit code 0 means that it runs (or that canaries wait for "job promote"); 1 that it does not, with the reason.',
    'A job without changes is left alone, a batch job that has ended too: --rerun runs it again.',
    'What its restart policy does not mend ends the wait. With auto_revert and a version to go back to the deployment is followed to its',
    'end; when neither an allocation nor what replaced it can start, Nomad is told to go back at once.',
  ].join(' '),
  run: deploy,
};

async function deploy(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const set = flagOf(input, 'all');
  if (set !== undefined) return (await import('./deploy/deploy-all.js')).deployAll(set, input, ctx);
  requireJob(input, again({ all: 'jobs.json' }));
  if (input.flags['plan']) return runPlanCommand(input, ctx);
  const startedAt = ctx.clock.now();
  // A word that is wrong is told without a cluster.
  const asked: Asked[] = [];
  for (const word of listOf(input, 'with')) asked.push({ word, input: asDependency(input), source: await findJob(word, ctx.paths) });
  asked.push({ word: jobOf(input), input, source: await findJob(jobOf(input), ctx.paths) });
  const connection = await connect(input, ctx);
  // All are planned first: what one of them lacks is told before anything is registered.
  const jobs: Planned[] = [];
  for (const one of asked) jobs.push({ ...one, ...(await planDeploy(one.source, { input: one.input, connection }, ctx)) });
  const done: { readonly job: string; readonly ms: number }[] = [];
  for (const job of jobs.slice(0, -1)) {
    const { state, ms } = await deployOne(job, ctx);
    done.push({ job: state.registered?.jobId ?? job.word, ms });
  }
  const last = jobs.at(-1) as Planned;
  const { state, detach } = await deployOne(last, ctx);
  const result = deployResult({ state, detach, source: last.source, ms: ctx.clock.now() - startedAt }, ctx);
  return done.length === 0 ? result : { ...result, data: { ...(result.data as object), with: done } };
}

interface Asked {
  readonly word: string;
  readonly input: CommandInput;
  readonly source: JobSource;
}

type Planned = Asked & PlannedDeploy;

async function deployOne({ word, input, run, prepared }: Planned, ctx: Context) {
  const startedAt = ctx.clock.now();
  const detach = input.flags['detach'] === true;
  const verify = input.flags['verify'] !== false && run.subject.job.verify !== undefined;
  const state = await runJobPlan(ctx, {
    ...run,
    command: deployLine(word, input),
    plan: deployPlan({ detach, verify, via: flagOf(input, 'via') === 'terraform' ? 'terraform' : 'api' }),
    state: prepared,
  });
  return { state, detach, ms: ctx.clock.now() - startedAt };
}

/** A job that another one needs: variables and the index that were given are that other one's. */
function asDependency({ args, flags }: CommandInput): CommandInput {
  const { var: _var, varFile: _files, driver: _driver, checkIndex: _index, with: _with, ...others } = flags;
  return { args, flags: others };
}
