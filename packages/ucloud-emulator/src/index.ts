// All that other programs may use of the emulator; whatever else is in here is its own.
import type { Seed } from './cloud/read-seed.js';
import type { Purged, PurgeOptions } from './purge-machines.js';

export { startEmulator, type Emulator } from './server.js';
export type { Purged } from './purge-machines.js';

/** See `cloud/read-seed.ts`. Loaded when asked for: an emulator without a seed starts without the schemas. */
export async function readSeed(file: string): Promise<Seed> {
  return (await import('./cloud/read-seed.js')).readSeed(file);
}

/** See `purge-machines.ts`. */
export async function purgeMachines(options: PurgeOptions): Promise<Purged> {
  return (await import('./purge-machines.js')).purgeMachines(options);
}
