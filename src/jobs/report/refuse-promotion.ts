import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { DeploymentReport, JobReport } from './job-report.js';
import { jobWords } from '../parse/in-namespace.js';

export type Promotable = Pick<JobReport, 'id' | 'namespace' | 'deployment'>;

/**
 * The deployment whose canaries can be promoted.
 * @throws OutcomeError `nothing-to-promote`, `canaries-not-healthy`
 */
export function promotableOf({ id, namespace, deployment }: Promotable): DeploymentReport {
  const words = jobWords(id, namespace);
  const canaries = deployment?.status === 'running' ? deployment.groups.filter((group) => group.canaries > 0) : [];
  if (!deployment || canaries.length === 0)
    throw new OutcomeError(`job ${id} has no canaries to promote`, {
      code: 'nothing-to-promote',
      why: deployment ? `its last deployment is ${deployment.status}: ${deployment.description}` : 'it has no deployment',
      next: nomadctl`job status ${words}`,
    });
  const missing = canaries.filter((group) => group.healthy < group.canaries);
  if (missing.length === 0) return deployment;
  const endless = missing.filter((group) => group.endless);
  throw new OutcomeError(`the canaries of ${id} are not healthy yet, and only healthy ones are promoted`, {
    code: 'canaries-not-healthy',
    why: missing.map(
      (group) =>
        `group ${group.name}: ${group.healthy} of ${group.canaries} healthy${group.endless ? ', with no place for any, and no deadline: it goes on for good' : ''}`,
    ),
    next: endless.length > 0 ? nomadctl`job revert ${words}` : nomadctl`job status ${words}`,
    details: { job: id, deployment: deployment.id },
  });
}
