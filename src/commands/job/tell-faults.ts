import type { RunningAgent } from '../../cluster/running-agents.js';
import type { Context } from '../../context.js';
import type { JobReport } from '../../jobs/report/job-report.js';
import type { Prepared } from '../../plans/run-job-plan.js';
import { faultyVersions, isMetBy, sentenceOf, type JobShape } from '../../programs/known-faults.js';

/** Says which known faults of the programs that the cluster runs this command meets with this job, a sentence each. */
export function tellFaults(ctx: Context, agents: readonly RunningAgent[], { command, job }: { command: string; job: JobShape }): void {
  for (const { version, faults } of faultyVersions(agents)) {
    const met = faults.filter((fault) => fault.commands.includes(command) && isMetBy(fault, job));
    for (const fault of met) ctx.ui.warn(sentenceOf(fault, version));
  }
}

export function shapeOfSpec({ Type, TaskGroups }: Prepared['spec']): JobShape {
  const drivers = TaskGroups.flatMap(({ Tasks }) => Tasks.map(({ Driver }) => Driver));
  return { type: Type, groups: TaskGroups.length, drivers: [...new Set(drivers)] };
}

/** Without drivers, which a report does not tell. */
export function shapeOfReport({ type, groups }: JobReport): JobShape {
  return { type: type.split(' ').at(-1) ?? '', groups: groups.length, drivers: [] };
}
