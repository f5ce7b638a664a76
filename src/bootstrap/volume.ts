import { join } from 'node:path';
import type { ClusterPaths, Paths } from '@nomadctl/base/paths';

/** Where the volume is in a container. */
export const VOLUME = '/project';

/** What lies on a volume, as paths below its root. Kept for good: an older bootstrapper's volume is read by a newer nomadctl. */
export const VOLUME_FILES = {
  /** What the jump host delivered last. */
  parcel: 'parcel.json',
  /** Lock, journal and logs of the bootstrapper itself. */
  own: 'bootstrap',
  journal: 'bootstrap/journal.json',
  /** `NOMADCTL_HOME` there: cluster files, secrets, terraform's states. */
  home: 'nomadctl',
} as const;

/** The bootstrapper's journal has this where others have a cluster's name. */
export const JOURNAL_NAME = 'bootstrap';

/** Where the journal of a cluster lies on the volume. */
export const clusterJournal = (cluster: string): string => `${VOLUME_FILES.home}/clusters/${cluster}/journal.json`;

/** The bootstrapper's own folder on the volume at `root`, in the shape that a session asks for. */
export function ownPaths(paths: Paths, root: string): ClusterPaths {
  const own = join(root, VOLUME_FILES.own);
  return {
    ...paths.cluster(JOURNAL_NAME),
    dir: own,
    journal: join(root, VOLUME_FILES.journal),
    lock: join(own, 'lock'),
    logs: join(own, 'logs'),
    agents: join(own, 'agents'),
  };
}
