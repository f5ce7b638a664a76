import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CloudClock } from '../store/cloud-clock.js';
import type { Store } from '../store/store.js';
import { openBalancers } from './balancers/open-balancers.js';
import { openBaseImages } from './base/base-images.js';
import { openLoopDevices } from './disks/loop-devices.js';
import { openSnapshotFiles } from './disks/snapshot-files.js';
import { connectEngine, type DockerEngine } from './engine.js';
import { isUnreachable } from './engine-failures.js';
import { engineAbsent, requireEngine } from './require-engine.js';
import { engineNames } from './names.js';
import type { Machines } from '../scope/machines.js';
import { claimEipPool } from './network/eip-pool.js';
import { openNetwork } from './network/open-network.js';
import { markOf } from './instances.js';
import { purgeInstance } from './purge.js';
import { startReconciler } from './reconcile/reconciler.js';
import { resumeMachines } from './resume-machines.js';
import { runCommand } from './run-command.js';
import { sweepAbandoned } from './sweep.js';
import { stopMachines } from './stop-machines.js';
import { watchContainers } from './watch-containers.js';
import { viewStore } from './store-view.js';

export interface DockerMachinesOptions {
  readonly store: Store;
  readonly clock: CloudClock;
  /** Unique for each emulator, and kept with its store. */
  readonly instance: string;
  /** Absolute; absent: nothing outlives the emulator. */
  readonly dataDir: string | undefined;
  /** As in `DOCKER_HOST`. */
  readonly dockerHost: string | undefined;
  readonly onProgress: (line: string) => void;
  readonly onBug: (error: unknown) => void;
  readonly signal: AbortSignal | undefined;
}

/** What most people begin with, so it is ready before the first request. */
const FIRST_SYSTEM = 'Debian 12.0 64位';

/** @throws PrerequisiteError when there is no engine, or no image to make hosts of. */
export async function openDockerMachines(options: DockerMachinesOptions): Promise<Machines> {
  const engine = await requireEngine(connectEngine(options.dockerHost));
  try {
    return await openOn(engine, options);
  } catch (error) {
    engine.close();
    throw error;
  }
}

async function openOn(engine: DockerEngine, options: DockerMachinesOptions): Promise<Machines> {
  const { store, clock, instance, dataDir, onProgress, onBug, signal } = options;
  const isRoot = process.getuid?.() === 0;
  const names = engineNames(instance);
  const folder = dataDir === undefined ? join(tmpdir(), `nomadctl-emulator-${instance}`) : join(dataDir, 'disks');
  const problems = new Map<string, string>();
  const note = (id: string, problem: string | undefined): void => {
    if (problem === undefined) problems.delete(id);
    else problems.set(id, problem);
  };
  const view = viewStore(store, clock);
  const used = view.all('eip').map(({ ip }) => ip);
  await sweepAbandoned(engine, { instance, dataDir, onProgress });
  const base = openBaseImages({ engine, isRoot, onProgress });
  await base.prepare(FIRST_SYSTEM, signal);
  const pool = await claimEipPool({ instance, dataDir, used, isRoot, run: runCommand });
  const { text, nameservers } = await resolvConf();
  const network = openNetwork({ instance, engine, run: runCommand, isRoot, pool: pool.cidr, nameservers, onProblem: onProgress });
  const balancers = openBalancers({ isRoot });
  const loops = openLoopDevices({ folder, run: runCommand, isRoot });
  const snapshots = openSnapshotFiles({ folder, run: runCommand });
  const mark = markOf(names, engine, { dataDir, folder });
  const parts = { view, engine, names, network, balancers, base, loops, snapshots, note, resolvConf: text };
  await resumeMachines(parts);
  const reconciler = startReconciler({ ...parts, mark, onBug });
  const watch = watchContainers(names, engine, { onEnd: (host) => reconciler.reconcile(host) });
  reconciler.wake();
  let closing: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    watch.stop();
    await reconciler.stop();
    await balancers.close();
    try {
      if (dataDir === undefined) {
        await purgeInstance({ names, engine, network, folder });
        pool.release();
      } else await stopMachines(parts);
    } catch (error) {
      if (!isUnreachable(error)) throw error;
      throw engineAbsent(engine.address, error);
    } finally {
      await network.close();
      engine.close();
    }
  };
  return {
    driver: 'docker',
    publicPool: pool.network,
    limits: {
      real: true,
      image: (osName) => base.problemWith(osName),
      subnet: (vpc, cidr) => network.problemWith(vpc, cidr),
      dataDisks: () => loops.problem,
      isWell: balancers.isWell,
    },
    wake: () => reconciler.wake(),
    status: () => ({
      driver: 'docker',
      engine: engine.address,
      instance,
      eips: pool.cidr,
      disks: folder,
      problems: Object.fromEntries(problems),
    }),
    close: () => (closing ??= close()),
  };
}

/** Hosts get the name servers of the computer, where those can be reached from elsewhere. */
async function resolvConf(): Promise<{ readonly text: string; readonly nameservers: readonly string[] }> {
  const text = await readFile('/etc/resolv.conf', 'utf8').catch(() => '');
  const servers = text.split('\n').filter((line) => /^nameserver\s+(?!127\.)[\d.]+\s*$/.test(line));
  const search = text.split('\n').filter((line) => line.startsWith('search ') || line.startsWith('options '));
  const nameservers = servers.map((line) => line.replace(/^nameserver\s+/, '').trim());
  return { text: servers.length === 0 ? '' : `${[...search, ...servers].join('\n')}\n`, nameservers };
}
