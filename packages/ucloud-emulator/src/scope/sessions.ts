import { findCaller, type Account, type Caller, type Key } from './accounts.js';
import type { CloudClock } from '../store/cloud-clock.js';
import { getSetting, putSetting } from '../store/settings.js';
import type { Store } from '../store/store.js';

/** Keys that `AssumeRole` handed out. */
export interface Session {
  readonly key: Key;
  readonly token: string;
  /** By the cloud's clock, in milliseconds. */
  readonly expires: number;
}

/** Kept as all is that was answered; the account by one of its keys. */
interface KeptSession extends Session {
  readonly ownerKey: string;
}

interface Keeper {
  readonly store: Store;
  readonly clock: CloudClock;
}

const PREFIX = 'session/';

/** Call in a transaction. Those that have ended are forgotten by the way. */
export function openSession({ store, clock }: Keeper, account: Account, session: Session): void {
  for (const { id, value } of [...store.all('setting')]) {
    if (id.startsWith(PREFIX) && (value as KeptSession).expires <= clock.now()) store.remove('setting', id);
  }
  const kept: KeptSession = { ...session, ownerKey: account.keys[0]?.publicKey ?? '' };
  putSetting({ store, clock }, PREFIX + session.token, kept);
}

/** Whom a token stands for, as long as it does. */
export function findSession(
  { store, clock, accounts }: Keeper & { readonly accounts: readonly Account[] },
  { token, publicKey }: { readonly token: string; readonly publicKey: string },
): Caller | undefined {
  const session = getSetting(store, PREFIX + token) as KeptSession | undefined;
  if (session?.key.publicKey !== publicKey || session.expires <= clock.now()) return undefined;
  const owner = findCaller(accounts, session.ownerKey);
  return owner && { account: owner.account, key: session.key };
}
