import { randomBytes } from 'node:crypto';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { CloudClock } from '../store/cloud-clock.js';
import { getSetting, putSetting } from '../store/settings.js';
import type { Store } from '../store/store.js';
import { noMachines, type Machines } from '../scope/machines.js';

export interface MachinesOptions {
  readonly machines?: 'none' | 'docker' | undefined;
  readonly dataDir?: string | undefined;
  readonly dockerHost?: string | undefined;
  readonly onProgress?: ((line: string) => void) | undefined;
  readonly onBug?: ((error: unknown) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** @throws ConfigError when the store's hosts are of another kind, PrerequisiteError when hosts can not run here. */
export async function openMachines(
  cloud: { readonly store: Store; readonly clock: CloudClock },
  options: MachinesOptions,
): Promise<Machines> {
  const { store, clock } = cloud;
  const driver = options.machines ?? 'none';
  const before = getSetting(store, 'machines') ?? 'none';
  if (before !== driver && [...store.all('host')].length > 0) throw otherDriver(String(before), options.dataDir);
  store.transaction(clock.now(), () => putSetting(cloud, 'machines', driver));
  if (driver === 'none') return noMachines;
  const instance = (getSetting(store, 'instance') as string | undefined) ?? randomBytes(4).toString('hex');
  store.transaction(clock.now(), () => putSetting(cloud, 'instance', instance));
  const { openDockerMachines } = await import('./docker-machines.js');
  return openDockerMachines({
    ...cloud,
    instance,
    dataDir: options.dataDir,
    dockerHost: options.dockerHost,
    onProgress: options.onProgress ?? (() => undefined),
    onBug: options.onBug ?? (() => undefined),
    signal: options.signal,
  });
}

function otherDriver(before: string, dataDir = ''): ConfigError {
  return new ConfigError(`The hosts in ${dataDir} were made with --machines ${before}`, {
    code: 'emulator-machines-differ',
    why: 'they can not become others',
    next: nomadctl`emulator --data ${dataDir} --machines ${before}`,
  });
}
