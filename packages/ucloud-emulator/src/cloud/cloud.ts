import type { Account, Caller } from '../scope/accounts.js';
import type { Network } from '@nomadctl/base/ipv4';
import type { Catalogue } from '../scope/catalogue.js';
import type { CloudClock } from '../store/cloud-clock.js';
import type { Faults } from '../scope/faults.js';
import { createFirstResources } from './first-resources.js';
import type { Machines } from '../scope/machines.js';
import type { RequestLog } from './request-log.js';
import { createScope, type Scope } from '../scope/scope.js';
import { keepProjects } from '../scope/projects.js';
import { openSession } from '../scope/sessions.js';
import { getSetting, putSetting } from '../store/settings.js';
import type { Place, Store } from '../store/store.js';
import type { Timings } from '../scope/timings.js';

/** One emulated UCloud. */
export interface Cloud {
  readonly accounts: readonly Account[];
  readonly store: Store;
  readonly clock: CloudClock;
  readonly faults: Faults;
  readonly timings: Timings;
  readonly catalogue: Catalogue;
  readonly log: RequestLog;
  /** Where EIPs come from. */
  readonly publicPool: Network;
  /** What hosts are on this computer. */
  readonly machines: Machines;
  /** Called with bugs of the emulator. What a client did wrong is none. */
  readonly onBug: (error: unknown) => void;
}

/** Puts into a place what every place has from the start, once. */
export function settlePlace(cloud: Cloud, caller: Caller, place: Place): void {
  const id = `settled/${place.project}/${place.region}`;
  if (getSetting(cloud.store, id)) return;
  cloud.store.transaction(cloud.clock.now(), () => {
    putSetting(cloud, id, true);
    createFirstResources(scopeAt(cloud, caller, { ...place, now: cloud.clock.now() }));
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

interface Moment extends Place {
  readonly zone?: string | undefined;
  /** The cloud's time. */
  readonly now: number;
  /** What a fault does to the hosts that the request touches. */
  readonly hostFate?: Scope['hostFate'];
}

export function scopeAt(cloud: Cloud, caller: Caller, { hostFate, ...moment }: Moment): Scope {
  const { store, timings, faults, catalogue, publicPool, machines } = cloud;
  return createScope({
    store,
    caller,
    ...moment,
    timings,
    faults,
    catalogue,
    publicPool,
    machines: machines.limits,
    hostFate,
    keepProjects: (projects) => keepProjects(cloud, caller, projects),
    openSession: (session) => openSession(cloud, caller.account, session),
    settle: (other) => settlePlace(cloud, caller, other),
  });
}
