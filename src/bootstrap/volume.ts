import { join } from 'node:path';
import type { ClusterPaths, Paths } from '@nomadctl/base/paths';

/** Where the volume is in a bootstrapper. */
export const VOLUME = '/project';

/** Of a volume: where everything lies. Kept for good: an older bootstrapper's volume is read by a newer nomadctl. */
export const VOLUME_PLACES = {
  /** What the jump host delivered last. */
  parcel: join(VOLUME, 'parcel.json'),
  /** Lock, journal and logs of the bootstrapper itself. */
  own: join(VOLUME, 'bootstrap'),
  journal: join(VOLUME, 'bootstrap', 'journal.json'),
  /** `NOMADCTL_HOME` there: cluster files, secrets, terraform's states. */
  home: join(VOLUME, 'nomadctl'),
} as const;

/** The bootstrapper's journal has this where others have a cluster's name. */
export const JOURNAL_NAME = 'bootstrap';

/** Where the journal of a cluster lies on the volume. */
export const clusterJournal = (cluster: string): string => join(VOLUME_PLACES.home, 'clusters', cluster, 'journal.json');

/** The bootstrapper's own folder, in the shape that a session asks for. */
export function ownPaths(paths: Paths): ClusterPaths {
  const { own, journal } = VOLUME_PLACES;
  return {
    ...paths.cluster(JOURNAL_NAME),
    dir: own,
    journal,
    lock: join(own, 'lock'),
    logs: join(own, 'logs'),
    agents: join(own, 'agents'),
  };
}
