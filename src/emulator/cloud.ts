import type { Account, Session } from './accounts.js';
import type { Network } from './cidr.js';
import type { CloudClock } from './cloud-clock.js';
import type { Faults } from './faults.js';
import { createFirstResources } from './first-resources.js';
import type { Machines } from './machines/machines.js';
import type { RequestLog } from './request-log.js';
import { createScope, type Scope } from './scope.js';
import type { Place, Store } from './store.js';
import type { Timings } from './timings.js';

/** One emulated UCloud. */
export interface Cloud {
  readonly accounts: readonly Account[];
  readonly sessions: Session[];
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

const NOWHERE: Place = { project: '', region: '' };

/** Something the emulator itself has to remember, such as its clock. Call in a transaction. */
export function putSetting({ store, clock }: Pick<Cloud, 'store' | 'clock'>, id: string, value: unknown): void {
  store.put('setting', { ...NOWHERE, id, name: id, tag: '', remark: '', created: clock.now(), value });
}

export function getSetting(store: Store, id: string): unknown {
  return store.get('setting', id)?.value;
}

/** Puts into a place what every place has from the start, once. */
export function settlePlace(cloud: Cloud, account: Account, place: Place): void {
  const id = `settled/${place.project}/${place.region}`;
  if (cloud.store.get('setting', id)) return;
  cloud.store.transaction(cloud.clock.now(), () => {
    putSetting(cloud, id, true);
    createFirstResources(scopeAt(cloud, account, place));
  });
}

/** Gives back everything that was made since the first start. Accounts and the clock stay. */
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
  const { store, clock, timings, faults, sessions, publicPool, machines } = cloud;
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
    openSession: (session) => void sessions.push(session),
    settle: (other) => settlePlace(cloud, account, other),
  });
}
