import type { Context } from '../../context.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { scalePlan } from '../../plans/job-plans.js';
import type { GroupReport } from '../../jobs/report/job-report.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { followFlags, namespaceFlag, numberOf, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [
    { name: 'job', summary: 'a deployed job', required: true, completes: 'job' },
    { name: 'group', summary: 'the group; may be left out when there is only one', required: true },
    { name: 'count', summary: 'how many allocations' },
  ],
  flags: [namespaceFlag, planFlag, ...followFlags],
  examples: ['nomadctl job scale redis web 3', 'nomadctl job scale hello 2'],
  about: 'A later deploy keeps the count, unless it says --reset-counts or its file names another one than before.',
  run: scale,
};

async function scale(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, words, report } = job;
  const { group, count } = wantedOf(id, input, report.groups);
  if (report.status === 'stopped')
    throw new UsageError(`job ${id} is stopped`, { code: 'job-stopped', next: nomadctl`job revert ${words}` });
  if (group.desired === count) return unchanged({ id, words }, group, report.deployment?.status);
  return changeJob(
    {
      ...job,
      plan: scalePlan(group.name, count, report.modifyIndex),
      command: `nomadctl job scale ${words.join(' ')} ${group.name} ${count}`,
      would: `Would scale group ${group.name} of ${id} from ${group.desired} to ${count}`,
      done: `Group ${group.name} of ${id} went from ${group.desired} to ${count}.`,
    },
    input,
    ctx,
  );
}

/** The count is what was asked for; whether so many run is another question. @throws OutcomeError `count-not-running` */
function unchanged(
  { id, words }: { id: string; words: readonly string[] },
  { name, desired, running }: GroupReport,
  deployment: string | undefined,
): CommandResult {
  if (running === desired)
    return {
      data: { job: id, group: name, count: desired, running, outcome: 'unchanged' },
      text: `Group ${name} of ${id} has ${desired} already.`,
    };
  throw new OutcomeError(`group ${name} of ${id} is at ${desired} already, and ${running} of them run`, {
    code: 'count-not-running',
    why: deployment === 'running' ? 'its deployment is still under way' : 'Nomad has not placed the others, or they ended',
    next: nomadctl`job status ${words}`,
  });
}

function wantedOf(id: string, input: CommandInput, groups: readonly GroupReport[]): { group: GroupReport; count: number } {
  const [first, second] = [wordOf(input, 'group'), wordOf(input, 'count')];
  const names = groups.map(({ name }) => name);
  const name = second === undefined ? (names.length === 1 ? names[0] : undefined) : first;
  const group = groups.find((candidate) => candidate.name === name);
  if (second === undefined && names.length > 1) {
    throw new UsageError(`job ${id} has several groups: ${names.join(', ')}`, {
      code: 'group-missing',
      next: nomadctl`job scale ${id} ${names[0] ?? ''} ${first ?? 1}`,
    });
  }
  if (!group)
    throw new UsageError(`job ${id} has no group "${first}"${didYouMean(first ?? '', names)}`, {
      code: 'group-unknown',
      why: `its groups: ${names.join(', ')}`,
      next: nomadctl`job status ${id}`,
    });
  return { group, count: numberOf(second ?? first, 'the count') ?? 0 };
}
