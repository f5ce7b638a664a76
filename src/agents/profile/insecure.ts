import type { CommandAgain } from '@nomadctl/base/hint/hint';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { profileOf } from './profile-mark.js';

/** What the project that nomadctl follows says of itself, and what profile poc amounts to on this computer. */
export const pocWarning =
  'Profile poc is a proof of concept: whoever reaches an agent can do anything with the cluster, and every user of this computer can run programs as you. Do not use it in production as it is.';

/** What somebody has still to agree to who wants profile poc; nothing where agents with it were made before. */
export function agreementTo({ name, paths }: { readonly name: string; readonly paths: Pick<ClusterPaths, 'agents'> }) {
  if (profileOf(paths.agents) === 'poc') return undefined;
  const instead: CommandAgain['again'] = { profile: 'secure' };
  return {
    summary: `cluster ${name} would do what anybody asks`,
    warning: pocWarning,
    question: 'Make it with profile poc all the same?',
    instead,
  };
}
