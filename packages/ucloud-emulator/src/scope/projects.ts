import type { CloudClock } from '../store/cloud-clock.js';
import { getSetting, putSetting } from '../store/settings.js';
import type { Store } from '../store/store.js';
import type { Account, Caller, Project } from './accounts.js';

const PREFIX = 'projects/';

/** An account with the projects that it has by now: those that it began with, as requests changed them since. */
export function withProjects(store: Store, account: Account): Account {
  const changed = getSetting(store, PREFIX + account.name) as readonly Project[] | undefined;
  return changed ? { ...account, projects: changed } : account;
}

/** Call in a transaction. */
export function keepProjects(
  keeper: { readonly store: Store; readonly clock: CloudClock },
  { account }: Caller,
  projects: readonly Project[],
): void {
  putSetting(keeper, PREFIX + account.name, projects);
}
