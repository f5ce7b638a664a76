import type { ClusterPaths } from '@nomadctl/base/paths';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { hasStarted, profileOf, type Profile } from './profile-mark.js';

export interface ProfileWish {
  readonly name: string;
  readonly paths: Pick<ClusterPaths, 'agents'>;
  readonly settings: { readonly profile: Profile };
}

/** @throws ConfigError `profile-fixed` for agents that run, or have run, with another profile */
export function refuseOtherProfile({ name, paths: { agents }, settings: { profile } }: ProfileWish): void {
  const made = profileOf(agents);
  if (made === undefined || made === profile || !hasStarted(agents)) return;
  const up = { secure: nomadctl`up ${name} --profile secure`, poc: nomadctl`up ${name} --profile poc` };
  throw new ConfigError(`cluster ${name} was made with profile ${made}, and cannot have profile ${profile}`, {
    code: 'profile-fixed',
    why: 'its agents would no longer know each other',
    next: hint`${up[made]}, or make it anew: ${nomadctl`down ${name}`}, then ${up[profile]}`,
  });
}
