import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import type { DeploymentReport, GroupReport, JobReport } from './job-report.js';
import { jobWords } from '../parse/in-namespace.js';

export interface ScaleWish {
  readonly report: JobReport;
  readonly group: GroupReport;
  readonly count: number;
  /** A deployment that is under way is to be ended first. */
  readonly failDeployment: boolean;
}

/** Nomad refuses to scale while a deployment is in one of these. */
const ACTIVE = new Set(['running', 'paused', 'blocked', 'unblocking', 'initializing', 'pending']);

export function isActive(deployment: DeploymentReport | undefined): deployment is DeploymentReport {
  return deployment !== undefined && ACTIVE.has(deployment.status);
}

/**
 * Ends what Nomad would refuse, before anything is asked of it: its type, its limits, a deployment that is under way.
 * @throws UsageError `job-stopped`, `count-refused`; OutcomeError `deployment-active`
 */
export function refuseScale({ report, group, count, failDeployment }: ScaleWish): void {
  const { id, type, deployment } = report;
  const words = jobWords(id, report.namespace);
  if (report.status === 'stopped')
    throw new UsageError(`job ${id} is stopped`, {
      code: 'job-stopped',
      why: 'a count would start nothing',
      next: nomadctl`job revert ${words}`,
    });
  // https://developer.hashicorp.com/nomad/docs/commands/job/scale: a system job is on or off.
  if (/\bsystem$|\bsysbatch$/.test(type) && count > 1)
    throw new UsageError(`group ${group.name} of ${id} cannot be scaled to ${count}: a ${type} job runs once on every node that fits`, {
      code: 'count-refused',
      why: 'its count is 1, or 0 for none at all; more nodes make more of it',
      next: nomadctl`job status ${words}`,
    });
  const { min = 0, max = Infinity } = group.limits;
  if (count < min || count > max)
    throw new UsageError(`group ${group.name} of ${id} cannot be scaled to ${count}`, {
      code: 'count-refused',
      why: `the scaling block of its job file allows ${max === Infinity ? `${min} and more` : `${min} to ${max}`}`,
      next: nomadctl`job scale ${words} ${group.name} ${count < min ? min : max}`,
    });
  if (isActive(deployment) && !failDeployment) throw deploymentActive(report, deployment);
}

function deploymentActive(report: JobReport, deployment: DeploymentReport): OutcomeError {
  const words = jobWords(report.id, report.namespace);
  const { groups } = deployment;
  const sum = (count: (group: (typeof groups)[number]) => number): number => groups.reduce((total, one) => total + count(one), 0);
  const endless = groups.filter((one) => one.endless).map(({ name }) => name);
  const canaries = groups.filter((one) => one.canaries > 0);
  const ready = canaries.length > 0 && canaries.every((one) => one.healthy >= one.canaries);
  const next =
    endless.length > 0 ? again({ failDeployment: true }) : ready ? nomadctl`job promote ${words}` : nomadctl`job status ${words}`;
  return new OutcomeError(`job ${report.id} cannot be scaled now: the deployment of version ${deployment.version} is under way`, {
    code: 'deployment-active',
    why: [
      `deployment ${deployment.id.slice(0, 8)}: ${sum((one) => one.healthy)} of ${sum((one) => one.desired)} healthy (${deployment.description})`,
      ...(endless.length > 0
        ? [`nothing of ${endless.join(', ')} has a place, so it has no deadline: it goes on until there is room`]
        : []),
      ...(canaries.length > 0 && !ready ? ['its canaries are not healthy yet'] : []),
      ...(ready ? ['its canaries wait for a promotion'] : []),
      'Nomad scales nothing meanwhile; --fail-deployment ends it first',
    ],
    next,
    details: { job: report.id, deployment: deployment.id },
  });
}
