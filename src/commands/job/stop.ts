import { runningAgents } from '../../cluster/running-agents.js';
import type { Context } from '../../context.js';
import { stopPlan } from '../../plans/job-plans.js';
import type { JobState } from '../../jobs/job-state.js';
import type { JobReport } from '../../jobs/report/job-report.js';
import { liveRunsOf } from '../../jobs/report/deployed-jobs.js';
import { isLive } from '../../jobs/rollout/live-allocations.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { namespaceFlag, planFlag } from './job-input.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { shapeOfReport, tellFaults } from './tell-faults.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job', required: true, completes: 'job' }],
  flags: [{ flag: '--purge', summary: 'also forget the job, its versions and its history' }, namespaceFlag, planFlag],
  examples: ['nomadctl job stop redis', 'nomadctl job stop redis --purge'],
  about: [
    'Ends when nothing of the job runs any more. Nomad keeps a stopped job for a while: its status and logs can be read, and "job revert"',
    'brings it back. --purge forgets it, once everything has ended. Runs of a periodic or parameterized job are jobs of their own and go on.',
  ].join(' '),
  run: stop,
};

async function stop(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, words, report, connection } = job;
  const purge = input.flags['purge'] === true;
  const live = liveOf(report);
  // The flag alone says what was asked for, not what became of it.
  if (report.status === 'stopped' && live === 0 && !purge) {
    const runs = await liveRunsOf(connection, id, ctx.signal);
    return {
      data: { job: id, outcome: 'unchanged', runs },
      text: [`${id} is stopped already.`, ...runsSaid(runs)].join('\n'),
      next: stopRun(runs, report.namespace),
    };
  }
  tellFaults(ctx, await runningAgents(connection, ctx.signal), { command: 'job stop', job: shapeOfReport(report) });
  return changeJob(
    {
      ...job,
      plan: stopPlan(purge),
      command: `nomadctl job stop ${words.join(' ')}${purge ? ' --purge' : ''}`,
      would: `Would stop ${id}${purge ? ' and remove it' : ''}: ${live === 1 ? '1 allocation runs' : `${live} allocations run`}`,
      done: (state) => doneSaid(id, purge, state),
      async ending() {
        const runs = await liveRunsOf(connection, id, ctx.signal);
        // What was purged has no status any more.
        const next = runs.length > 0 ? stopRun(runs, report.namespace) : purge ? undefined : nomadctl`job status ${words}`;
        return { data: { runs }, lines: runsSaid(runs), next };
      },
    },
    input,
    ctx,
  );
}

function liveOf({ allocations }: JobReport): number {
  return allocations.filter(({ status }) => isLive({ ClientStatus: status })).length;
}

function doneSaid(id: string, purge: boolean, { stopped }: Partial<JobState>): string {
  const away = stopped?.unreachable ?? [];
  const but = away.length > 0 ? `, but ${away.join(', ')} could not be told: what runs there ends when it is back` : '';
  return `${id} is stopped${purge ? ' and removed' : ''}${but}.`;
}

/** Of a periodic or parameterized job: it starts no more, which ends none that has started. */
function runsSaid(runs: readonly string[]): string[] {
  const [first, ...more] = runs;
  if (first === undefined) return [];
  return [more.length === 0 ? `A run of it goes on: ${first}` : `${runs.length} runs of it go on: ${runs.join(', ')}`];
}

function stopRun([first]: readonly string[], namespace: string): Hint | undefined {
  return first === undefined ? undefined : nomadctl`job stop ${jobWords(first, namespace)}`;
}
