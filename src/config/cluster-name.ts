import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';

export const LONGEST_CLUSTER_NAME = 40;
export const CLUSTER_NAME = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** The problem with a cluster's name, or nothing. Names end up in folders, node names and cloud tags. */
export function clusterNameProblem(name: string): string | undefined {
  if (name.length > LONGEST_CLUSTER_NAME) return `must have at most ${LONGEST_CLUSTER_NAME} characters (has ${name.length})`;
  return CLUSTER_NAME.test(name) ? undefined : 'must be lower-case letters, digits and dashes, with no dash at either end';
}

/** @throws UsageError with a name that would do. */
export function checkClusterName(name: string): string {
  const problem = clusterNameProblem(name);
  if (problem === undefined) return name;
  const better = closestName(name);
  throw new UsageError(`"${name}" cannot be a cluster's name${better ? ` (did you mean "${better}"?)` : ''}`, {
    code: 'cluster-name-invalid',
    why: `it ${problem}`,
    next: nomadctl`up ${better || 'dev'}`,
  });
}

/** The name with what is not allowed taken out: `My Cluster` -> `my-cluster`; empty when nothing is left. */
function closestName(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST_CLUSTER_NAME)
    .replace(/^-+|-+$/g, '');
}
