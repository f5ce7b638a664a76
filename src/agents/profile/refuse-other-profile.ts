import type { ClusterPaths } from '@nomadctl/base/paths';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { hasStarted, profileOf, type Profile } from './profile-mark.js';
import { madeWith } from './made-with.js';
import { securingOf } from '../../security/securing/securing-mark.js';

export interface ProfileWish {
  readonly name: string;
  readonly paths: Pick<ClusterPaths, 'agents'>;
  readonly settings: { readonly profile: Profile };
}

/**
 * A plain cluster may become secure (`isUpgrade`), not the other way round.
 * @throws ConfigError `profile-fixed` for agents that run, or have run, with another profile
 */
export function refuseOtherProfile({ name, paths, settings: { profile } }: ProfileWish): void {
  if (profile === 'poc' && madeWith(paths).profile === 'secure') throw cannotOpen(name);
}

/** Whether these settings make another cluster of one that is there: a secure one of a plain one. */
export function isUpgrade({ paths: { agents }, settings: { profile } }: Pick<ProfileWish, 'paths' | 'settings'>): boolean {
  return profile === 'secure' && profileOf(agents) === 'poc' && hasStarted(agents);
}

/** Whether an `up` makes a plain cluster secure, or goes on with it. */
export function isSecuring(wish: Pick<ProfileWish, 'paths' | 'settings'>): boolean {
  return isUpgrade(wish) || securingOf(wish.paths.agents) !== undefined;
}

function cannotOpen(name: string): ConfigError {
  return new ConfigError(`cluster ${name} is secured, and cannot have profile poc`, {
    code: 'profile-fixed',
    why: 'its jobs and its agents count on tokens and certificates, and whoever was given a token would be let in beside everybody else',
    next: hint`${nomadctl`up ${name} --profile secure`}, or make it anew: ${nomadctl`down ${name}`} && ${nomadctl`up ${name} --profile poc`}`,
  });
}
