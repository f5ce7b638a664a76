import { rmdir } from 'node:fs/promises';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { absent } from './engine-failures.js';
import { openLoopDevices } from './disks/loop-devices.js';
import { openSnapshotFiles } from './disks/snapshot-files.js';
import type { DockerEngine } from './engine.js';
import type { MarkedInstance } from './instances.js';
import { engineNames, type EngineNames } from './names.js';
import { claimEipPool } from './network/eip-pool.js';
import type { Network } from './network/network-plan.js';
import { openNetwork } from './network/open-network.js';
import { runCommand } from './run-command.js';

export interface PurgeParts {
  readonly names: EngineNames;
  readonly engine: DockerEngine;
  readonly network: Network;
  /** Of its disks. */
  readonly folder: string;
}

/** The same for an emulator that does not run; its EIPs are free again. */
export async function purgeMarked({ instance, folder, dataDir }: MarkedInstance, engine: DockerEngine): Promise<void> {
  const isRoot = process.getuid?.() === 0;
  const pool = await claimEipPool({ instance, dataDir, isRoot: false, run: runCommand });
  const network = openNetwork({ instance, engine, run: runCommand, isRoot, pool: pool.cidr, onProblem: () => undefined });
  await purgeInstance({ names: engineNames(instance), engine, network, folder });
  pool.release();
}

/** Removes all that one emulator has on this computer, its mark last: what is interrupted can be done again. */
export async function purgeInstance({ names, engine, network, folder }: PurgeParts): Promise<void> {
  const filters = names.filter;
  const containers = await engine.call<{ Id: string }[]>({ path: '/containers/json', query: { all: true, filters } });
  await mapBounded(containers, PROCESSES_AT_ONCE, ({ Id }) =>
    engine.call({ method: 'DELETE', path: `/containers/${Id}`, query: { force: true, v: true } }).catch(absent),
  );
  await network.purge();
  const images = await engine.call<{ RepoTags: string[] | null; Created: number }[]>({ path: '/images/json', query: { filters } });
  // Newest first: an image may be made of an older one.
  for (const { RepoTags } of images.toSorted((a, b) => b.Created - a.Created))
    for (const tag of RepoTags ?? []) await engine.call({ method: 'DELETE', path: `/images/${tag}`, query: { force: true } }).catch(absent);
  const loops = openLoopDevices({ folder, run: runCommand, isRoot: process.getuid?.() === 0 });
  if (!loops.problem) for (const disk of await loops.list()) await loops.remove(disk);
  const snapshots = openSnapshotFiles({ folder, run: runCommand });
  for (const snapshot of await snapshots.list()) await snapshots.remove(snapshot);
  // `rmdir` takes an empty folder only: its name is from a label, which anybody may have written.
  if (folder !== '') await rmdir(folder).catch(() => undefined);
  const { Volumes } = await engine.call<{ Volumes: { Name: string }[] | null }>({ path: '/volumes', query: { filters } });
  const owned = (Volumes ?? []).map(({ Name }) => Name);
  for (const name of [...owned.filter((name) => name !== names.mark), names.mark])
    await engine.call({ method: 'DELETE', path: `/volumes/${name}`, query: { force: true } }).catch(absent);
}
