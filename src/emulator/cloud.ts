import type { Account } from './accounts.js';
import type { Network } from '../lib/ipv4.js';
import type { CloudClock } from './cloud-clock.js';
import type { Faults } from './faults.js';
import { createFirstResources } from './first-resources.js';
import type { Machines } from './machines/machines.js';
import type { RequestLog } from './request-log.js';
import { createScope, type Scope } from './scope.js';
import { openSession } from './sessions.js';
import { getSetting, putSetting } from './settings.js';
import type { Place, Store } from './store.js';
import type { Timings } from './timings.js';

/** One emulated UCloud. */
export interface Cloud {
  readonly accounts: readonly Account[];
  readonly store: Store;
  readonly clock: CloudClock;
  readonly faults: Faults;
  readonly timings: Timings;
  readonly log: RequestLog;
  /** Where EIPs come from. */
  readonly publicPool: Network;
  /** What hosts are on this computer. */
  readonly machines: Machines;
  /** Told about failures that are ours, not the client's. */
  readonly onBug: (error: unknown) => void;
}

/** Puts into a place what every place has from the start, once. */
export function settlePlace(cloud: Cloud, account: Account, place: Place): void {
  const id = `settled/${place.project}/${place.region}`;
  if (getSetting(cloud.store, id)) return;
  cloud.store.transaction(cloud.clock.now(), () => {
    putSetting(cloud, id, true);
    createFirstResources(scopeAt(cloud, account, place));
  });
}

/** Gives back everything that was made since the first start. Accounts, sessions and the clock stay. */
export function resetCloud({ store, clock, machines }: Cloud): void {
  removeResources(store, clock.now());
  machines.wake();
}

/** The same for a cloud that does not run. */
export function removeResources(store: Store, now: number): void {
  store.transaction(now, () => {
    for (const kind of store.kinds()) {
      for (const { id } of [...store.all(kind)]) {
        if (kind !== 'setting' || id.startsWith('settled/')) store.remove(kind, id);
      }
    }
  });
}

/** @param place with what a fault does to the hosts that the request touches. */
export function scopeAt(cloud: Cloud, account: Account, { hostFate, ...place }: Place & { readonly hostFate?: Scope['hostFate'] }): Scope {
  const { store, clock, timings, faults, publicPool, machines } = cloud;
  return createScope({
    store,
    account,
    ...place,
    now: clock.now(),
    timings,
    faults,
    publicPool,
    machines: machines.limits,
    hostFate,
    openSession: (session) => openSession(cloud, account, session),
    settle: (other) => settlePlace(cloud, account, other),
  });
}
