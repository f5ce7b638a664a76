import type { ClusterPaths } from '@nomadctl/base/paths';
import { profileOf } from '../agents/profile/profile-mark.js';
import { securingOf } from '../security/securing/securing-mark.js';

/** What holds of a cluster that is on its way from plain to secure, in a sentence; nothing of any other. */
export function halfwayOf({ paths: { agents } }: { readonly paths: Pick<ClusterPaths, 'agents'> }): string | undefined {
  const securing = securingOf(agents);
  if (!securing) return undefined;
  if (profileOf(agents) !== 'secure') return 'it becomes secure, and some of its agents have been stopped for it; tasks go on';
  return securing.stage === 'open'
    ? 'it becomes secure: Nomad lets nobody in without a token, and Consul still serves everybody, for jobs that were deployed before'
    : 'it becomes secure: Consul is being closed to who has no token';
}
