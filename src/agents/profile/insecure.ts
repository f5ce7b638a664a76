import type { ClusterPaths } from '@nomadctl/base/paths';
import { hasStarted, profileOf, type Profile } from './profile-mark.js';

/** What the project that nomadctl follows says of itself, and what profile poc amounts to on this computer. */
export const pocWarning =
  'Profile poc is a proof of concept: whoever reaches an agent can do anything with the cluster, and every user of this computer can run programs as you. Do not use it in production as it is.';

/**
 * With what a cluster that is there was made, whatever the default has become since: one that an earlier release made, whose
 * file says nothing, stays as it is until somebody says otherwise.
 */
export function madeWith({ agents }: Pick<ClusterPaths, 'agents'>): { readonly profile?: Profile } {
  const profile = hasStarted(agents) ? profileOf(agents) : undefined;
  return profile === undefined ? {} : { profile };
}

/** Whether somebody has still to agree to profile poc: nobody has while no agent of it was ever made. */
export function wantsConsent(profile: Profile, { agents }: Pick<ClusterPaths, 'agents'>): boolean {
  return profile === 'poc' && profileOf(agents) !== 'poc';
}
