import { runningAgents } from '../../cluster/running-agents.js';
import type { Context } from '../../context.js';
import { stopPlan } from '../../plans/job-plans.js';
import type { JobState } from '../../jobs/job-state.js';
import { liveRunsOf } from '../../jobs/report/deployed-jobs.js';
import { clientsAwayWith } from '../../jobs/rollout/out-of-reach.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import type { ShownExposure } from '../../exposure/shown-exposures.js';
import { exposedOf } from './expose/exposed-here.js';
import { changeJob, deployedJob } from './change-job.js';
import { namespaceFlag, planFlag } from './job-input.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { hasFault } from '../../programs/known-faults.js';
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
  const { live } = report;
  // The flag alone says what was asked for, not what became of it.
  if (report.status === 'stopped' && live === 0 && !purge) {
    const [runs, away] = await Promise.all([liveRunsOf(connection, id, ctx.signal), clientsAwayWith(connection, id, ctx.signal)]);
    return {
      data: { job: id, outcome: 'unchanged', runs, unreachable: away },
      text: [`${id} is stopped already${butAway(away)}.`, ...runsSaid(runs)].join('\n'),
      next: stopRun(runs, report.namespace),
    };
  }
  const agents = await runningAgents(connection, ctx.signal);
  tellFaults(ctx, agents, { command: 'job stop', job: shapeOfReport(report) });
  return changeJob(
    {
      ...job,
      plan: stopPlan({ purge, leavesGroups: hasFault(agents, 'nomad-stop-one-group') }),
      command: `nomadctl job stop ${words.join(' ')}${purge ? ' --purge' : ''}`,
      would: `Would stop ${id}${purge ? ' and remove it' : ''}: ${live === 1 ? '1 allocation runs' : `${live} allocations run`}`,
      done: (state) => doneSaid(id, purge, state),
      async ending(state) {
        const [runs, exposed] = await Promise.all([
          liveRunsOf(connection, id, ctx.signal),
          exposedOf({ job: id, namespace: report.namespace }, ctx),
        ]);
        // What was purged has no status any more.
        const next = runs.length > 0 ? stopRun(runs, report.namespace) : purge ? undefined : nomadctl`job status ${words}`;
        const data = {
          runs,
          unreachable: state.stopped?.unreachable ?? [],
          ...(exposed.length > 0 ? { exposed: exposed.map(({ exposure }) => exposure) } : {}),
        };
        return {
          ...{ data, lines: [...runsSaid(runs), ...stillExposed(exposed)] },
          next: runs.length === 0 && exposed.length > 0 ? nomadctl`job expose ${words} --remove` : next,
        };
      },
    },
    input,
    ctx,
  );
}

function doneSaid(id: string, purge: boolean, { stopped }: Partial<JobState>): string {
  return `${id} is stopped${purge ? ' and removed' : ''}${butAway(stopped?.unreachable ?? [])}.`;
}

function butAway(clients: readonly string[]): string {
  if (clients.length === 0) return '';
  const [is, it] = clients.length === 1 ? ['is', 'it is'] : ['are', 'they are'];
  return `, but ${clients.join(', ')} ${is} away and could not be told: what may still run there ends when ${it} back`;
}

/** Of a periodic or parameterized job: it starts no more, which ends none that has started. */
function runsSaid(runs: readonly string[]): string[] {
  const [first, ...more] = runs;
  if (first === undefined) return [];
  return [more.length === 0 ? `A run of it goes on: ${first}` : `${runs.length} runs of it go on: ${runs.join(', ')}`];
}

/** The address outlives the job, and answers with an error until it is back. */
function stillExposed(exposed: readonly ShownExposure[]): string[] {
  const lines = exposed.map(({ exposure, line }) => `port ${exposure.port} · ${line}`);
  return lines.length === 0 ? [] : [`It is still exposed, and nobody answers there: ${lines.join('; ')}`];
}

function stopRun([first]: readonly string[], namespace: string): Hint | undefined {
  return first === undefined ? undefined : nomadctl`job stop ${jobWords(first, namespace)}`;
}
