import type { Context } from '../../context.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import { scalePlan } from '../../plans/job-plans.js';
import type { GroupReport, JobReport } from '../../jobs/report/job-report.js';
import { refuseUnplaceableCount } from '../../jobs/report/plan-change.js';
import { isActive, refuseScale } from '../../jobs/report/refuse-scale.js';
import { wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { changeJob, deployedJob } from './change-job.js';
import { followFlags, namespaceFlag, numberOf, planFlag } from './job-input.js';

export const command: Command = {
  arguments: [
    { name: 'job', summary: 'a deployed job', required: true, completes: 'job' },
    { name: 'group', summary: 'the group; may be left out when there is only one', required: true },
    { name: 'count', summary: 'how many allocations' },
  ],
  flags: [
    namespaceFlag,
    planFlag,
    { flag: '--fail-deployment', summary: 'first end a deployment that is under way: Nomad scales nothing meanwhile' },
    { flag: '--queue', summary: 'scale although not everything fits now; Nomad places the rest later' },
    ...followFlags,
  ],
  examples: ['nomadctl job scale redis web 3', 'nomadctl job scale hello 2'],
  about: [
    'Type, limits, deployments and room are looked at first, also with --plan.',
    'A later deploy keeps the count, unless it says --reset-counts or its file names another one than before.',
  ].join(' '),
  run: scale,
};

async function scale(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const job = await deployedJob(input, ctx);
  const { id, words, report, connection } = job;
  const { group, count } = wantedOf(id, input, report.groups);
  const failDeployment = input.flags['failDeployment'] === true;
  const deployment = failDeployment && isActive(report.deployment) ? report.deployment : undefined;
  if (report.status !== 'stopped' && group.count === count && !deployment) return unchanged({ id, words }, group, report);
  refuseScale({ report, group, count, failDeployment });
  // Nothing of a periodic or parameterized job is placed now.
  const queue = input.flags['queue'] === true;
  // Of a group that had no place before nothing new is told.
  const othersWait = deployment?.groups.some((one) => one.endless && one.name !== group.name) ?? false;
  if (!queue && !report.parent && count > group.count)
    await refuseUnplaceableCount(connection, { id, group: group.name, count, signal: ctx.signal });
  const ended = deployment ? `end deployment ${deployment.id.slice(0, 8)} of version ${deployment.version}, then ` : '';
  return changeJob(
    {
      ...job,
      plan: scalePlan(group.name, count, { modifyIndex: report.modifyIndex, deployment: deployment?.id }),
      command: `nomadctl job scale ${words.join(' ')} ${group.name} ${count}${failDeployment ? ' --fail-deployment' : ''}`,
      would: `Would ${ended}scale group ${group.name} of ${id} from ${group.count} to ${count}`,
      done: `Group ${group.name} of ${id} went from ${group.count} to ${count}.`,
      begun: () => `The count of group ${group.name} of ${id} went from ${group.count} to ${count}.`,
      idleIsDone: true,
      queue: queue || othersWait,
    },
    input,
    ctx,
  );
}

/** The count is what was asked for; whether so many run is another question. @throws OutcomeError `count-not-running` */
function unchanged(
  { id, words }: { id: string; words: readonly string[] },
  { name, count, desired, running }: GroupReport,
  { deployment, parent }: JobReport,
): CommandResult {
  if (running === desired || parent)
    return {
      data: { job: id, group: name, count, running, outcome: 'unchanged' },
      text: `Group ${name} of ${id} has ${count} already${desired === count || parent ? '' : `: ${running} run, one on each node that fits`}.`,
    };
  throw new OutcomeError(`group ${name} of ${id} is at ${count} already, and ${running} of them run`, {
    code: 'count-not-running',
    why: isActive(deployment) ? 'its deployment is still under way' : 'Nomad has not placed the others, or they ended',
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
