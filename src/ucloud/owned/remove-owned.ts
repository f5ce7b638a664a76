import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { findOwned, type OwnedKind } from './owned-resources.js';
import { removeUntilGone, type Removing } from './remove-until-gone.js';

export interface RemoveRequest extends Omit<Removing, 'whose' | 'listRemaining'> {
  readonly cluster: string;
  readonly kinds: readonly OwnedKind[];
}

/**
 * Removes what a cluster has at UCloud, apart from its network, by its tag. Returns how many things went.
 * @throws as `removeUntilGone` does.
 */
export async function removeOwned(api: UcloudApi, { cluster, kinds, ...removing }: RemoveRequest): Promise<number> {
  const { signal } = removing;
  return removeUntilGone(api, {
    ...removing,
    whose: `cluster ${cluster}`,
    listRemaining: () => findOwned(api, cluster, { kinds, signal }),
  });
}
