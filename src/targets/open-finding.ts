import type { Hint } from '@nomadctl/base/hint/hint';
import type { Finding } from '../programs/doctor/finding.js';
import type { SecurityReport } from './cluster-report.js';

/** That a cluster which is there lets everybody in. */
export function openFinding(cluster: string, { profile }: SecurityReport, remedy: Hint | undefined): Finding[] {
  if (profile === 'secure') return [];
  return [
    {
      id: `security-${cluster}`,
      title: `Security of ${cluster}`,
      found: `profile ${profile}: whoever reaches an agent can do anything with the cluster`,
      wanted: 'profile secure',
      ok: false,
      optional: true,
      faulty: true,
      ...(remedy ? { fix: { command: remedy } } : {}),
    },
  ];
}
