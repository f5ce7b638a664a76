import type { ClusterPaths } from '@nomadctl/base/paths';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Finding } from '../programs/doctor/finding.js';
import { halfwayOf } from './halfway.js';

/** What `doctor` says of a cluster that is on its way from plain to secure; nothing of any other. */
export function halfwayFinding({
  name,
  paths,
}: {
  readonly name: string;
  readonly paths: Pick<ClusterPaths, 'agents'>;
}): Finding | undefined {
  const halfway = halfwayOf({ paths });
  if (halfway === undefined) return undefined;
  return {
    id: `security-${name}`,
    title: `Security of ${name}`,
    found: halfway,
    wanted: 'profile secure',
    ok: false,
    optional: true,
    faulty: true,
    fix: { command: nomadctl`up ${name}` },
  };
}
