import { hasStarted, profileOf, type Profile } from './profile-mark.js';
import { securingOf } from '../../security/securing/securing-mark.js';

/**
 * With what a cluster that is there was made, whatever the default has become since: one that an earlier release made, whose
 * file says nothing, stays as it is until somebody says otherwise.
 */
export function madeWith({ agents }: { readonly agents: string }): { readonly profile?: Profile } {
  // One that is on its way to be secured does not turn back.
  const profile = !hasStarted(agents) ? undefined : securingOf(agents) ? 'secure' : profileOf(agents);
  return profile === undefined ? {} : { profile };
}
