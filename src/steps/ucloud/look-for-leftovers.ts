import type { Step } from '../../engine/step.js';
import { describeOwned } from '../../ucloud/owned/describe-owned.js';
import { keptIds } from '../../ucloud/settings/kept-ids.js';
import { leftoversOf } from '../../ucloud/owned/leftover.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { retryRead } from '../../ucloud/owned/retry-read.js';
import { findOwned, type OwnedKind, type OwnedResources } from '../../ucloud/owned/owned-resources.js';
import { removeOwned } from '../../ucloud/owned/remove-owned.js';
import { defineStep, type UcloudContext, type UcloudSubject } from '../../ucloud/ucloud-subject.js';
import type { UcloudState } from '../../ucloud/ucloud-state.js';
import { nomadctl } from '@nomadctl/base/hint/hint';

const KINDS: readonly OwnedKind[] = [
  'hosts',
  'eips',
  'disks',
  'balancers',
  'natGateways',
  'certificates',
  'firewalls',
  'isolationGroups',
  'images',
];

/**
 * Lists everything with the cluster's tag or name, except a network that waits to be deleted. With `prune` it removes all
 * that first.
 */
export function lookForLeftoversStep({ prune }: { readonly prune: boolean }): Step<UcloudSubject, UcloudState> {
  return defineStep({
    id: 'look-for-leftovers',
    title: prune ? 'Removing leftovers' : 'Looking for leftovers',
    provides: ['leftovers', 'images'],
    async run(at, io) {
      const { cluster, clock, signal } = at;
      const api = await ucloudOf(cluster, at);
      let removed = '';
      if (prune) {
        const next = nomadctl`down ${cluster.name} --prune`;
        const before = await retryRead(() => findOwned(api, cluster.name, { signal, kinds: KINDS }), { clock, signal, log: io.log });
        await removeOwned(api, { cluster: cluster.name, kinds: KINDS, clock, signal, line: io.line, log: io.log, next });
        removed = describeOwned(before);
      }
      const found = await retryRead(() => findOwned(api, cluster.name, { signal }), { clock, signal, log: io.log });
      const owned = withoutPending(found, at);
      const leftovers = await leftoversOf(api, owned, signal);
      const left = describeOwned(owned);
      const detail = prune ? [removed, left && `${left} left`].filter(Boolean).join('; ') : left;
      return { detail: detail || 'none', state: { leftovers, ...(prune ? { images: {} } : {}) } };
    },
  });
}

/** Leaves out a network that waits to be deleted, which is reported elsewhere, and networks of the user's own. */
function withoutPending(owned: OwnedResources, { cluster, state }: UcloudContext): OwnedResources {
  if (state.networkPending) return { ...owned, subnets: [], vpcs: [] };
  const keep = keptIds(cluster.settings);
  return {
    ...owned,
    subnets: owned.subnets.filter(({ SubnetId }) => !keep.includes(SubnetId)),
    vpcs: owned.vpcs.filter(({ VPCId }) => !keep.includes(VPCId)),
  };
}
