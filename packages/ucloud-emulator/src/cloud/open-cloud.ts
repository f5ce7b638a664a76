import { systemClock } from '@nomadctl/base/clock';
import { defaultAccount, type Account } from '../scope/accounts.js';
import type { Network } from '@nomadctl/base/ipv4';
import { createCloudClock, type ClockAnchor, type CloudClock } from '../store/cloud-clock.js';
import { createCatalogue, type CatalogueSeed } from '../scope/catalogue.js';
import type { Cloud } from './cloud.js';
import { createFaults, type Faults } from '../scope/faults.js';
import { openMachines } from '../machines/open-machines.js';
import { NOBODYS_ADDRESSES } from '../model/eip.js';
import { createRequestLog } from './request-log.js';
import { getSetting, putSetting } from '../store/settings.js';
import { newestIn, openStore, type Store } from '../store/store.js';
import { cloudTimings, type Timings } from '../scope/timings.js';

export interface EmulatorOptions {
  /** Default: 127.0.0.1. Anything else lets others in; the control API stays with loopback. */
  readonly host?: string | undefined;
  /** Default: any free one. */
  readonly port?: number | undefined;
  /** A folder that outlives the process; without one nothing is kept. */
  readonly dataDir?: string | undefined;
  /** How many times as fast as real time the cloud's clock runs; 0 stops it. */
  readonly timeScale?: number | undefined;
  readonly timings?: Partial<Timings> | undefined;
  /** Default: those in the folder, or one with keys that are made up. */
  readonly accounts?: readonly Account[] | undefined;
  readonly faults?: Faults | undefined;
  /** Images, types of machines, quotas and prices besides the built-in ones. Default: those in the folder, or none. */
  readonly catalogue?: CatalogueSeed | undefined;
  /** What hosts are: records (default), or containers of this computer. */
  readonly machines?: 'none' | 'docker' | undefined;
  /** The container engine's address, as in `DOCKER_HOST`. */
  readonly dockerHost?: string | undefined;
  /** Told what takes its time, such as making an image for hosts, and what this computer can not do. */
  readonly onProgress?: ((line: string) => void) | undefined;
  /** Ends a start that takes its time. */
  readonly signal?: AbortSignal | undefined;
  /** Where EIPs come from. Default: addresses that lead nowhere, or to the host where hosts run. */
  readonly publicPool?: Network | undefined;
  /** Told about failures of the emulator's own. */
  readonly onBug?: ((error: unknown) => void) | undefined;
}

/** @throws ConfigError or LockedError when the data folder can not be used, PrerequisiteError when hosts can not run here. */
export async function openCloud(options: EmulatorOptions): Promise<Cloud> {
  const store = await openStore(options.dataDir);
  try {
    return await openWith(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function openWith(store: Store, options: EmulatorOptions): Promise<Cloud> {
  const clock = createCloudClock({
    real: systemClock.now,
    scale: options.timeScale,
    from: getSetting(store, 'clock') as ClockAnchor | undefined,
  });
  // The computer's clock was set back while nobody looked.
  if (clock.now() < newestIn(store)) clock.set(newestIn(store));
  const keep =
    <A extends unknown[]>(move: (...args: A) => void) =>
    (...args: A): void => {
      move(...args);
      store.transaction(clock.now(), () => putSetting({ store, clock }, 'clock', clock.anchor()));
    };
  const accounts = options.accounts ?? (getSetting(store, 'accounts') as readonly Account[] | undefined) ?? [defaultAccount()];
  const catalogue = options.catalogue ?? (getSetting(store, 'catalogue') as CatalogueSeed | undefined);
  store.transaction(clock.now(), () => {
    putSetting({ store, clock }, 'clock', clock.anchor());
    if (catalogue) putSetting({ store, clock }, 'catalogue', catalogue);
    putSetting({ store, clock }, 'accounts', accounts);
  });
  const keptClock = Object.create(clock, {
    set: { value: keep(clock.set) },
    advance: { value: keep(clock.advance) },
    setScale: { value: keep(clock.setScale) },
  }) as CloudClock;
  const machines = await openMachines({ store, clock: keptClock }, options);
  return {
    accounts,
    store,
    clock: keptClock,
    faults: options.faults ?? createFaults(),
    catalogue: createCatalogue(catalogue),
    timings: { ...cloudTimings, ...options.timings },
    log: createRequestLog(),
    publicPool: options.publicPool ?? machines.publicPool ?? NOBODYS_ADDRESSES,
    machines,
    onBug: options.onBug ?? (() => undefined),
  };
}
