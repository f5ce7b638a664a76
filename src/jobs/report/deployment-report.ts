import type { JobSpec } from '../../clients/nomad-job-model.js';
import type { Deployment } from '../../clients/nomad-rollout-model.js';
import { desiredOf, hasCanaries, isEndless } from '../rollout/deployment-groups.js';
import type { DeploymentGroupReport, DeploymentReport } from './job-report.js';

/** @param job says whose health a person tells */
export function deploymentReport({ ID, JobVersion, Status, StatusDescription, TaskGroups }: Deployment, job?: JobSpec): DeploymentReport {
  const isManual = (name: string): boolean => job?.TaskGroups.find(({ Name }) => Name === name)?.Update?.HealthCheck === 'manual';
  const groups = Object.entries(TaskGroups).map(([name, group]): DeploymentGroupReport => ({
    name,
    desired: desiredOf(group),
    placed: group.PlacedAllocs,
    healthy: group.HealthyAllocs,
    canaries: hasCanaries(group) ? group.DesiredCanaries : 0,
    manual: isManual(name),
    endless: Status === 'running' && isEndless(group),
  }));
  return { id: ID, version: JobVersion, status: Status, description: StatusDescription, groups };
}
