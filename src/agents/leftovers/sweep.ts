import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { ClusterPaths } from '@nomadctl/base/paths';
import type { ProcessIdentity } from '@nomadctl/base/process-identity';
import type { Context } from '../../context.js';
import { allocationsFolder } from '../bridge/allocations-folder.js';
import { endProcess } from './end-process.js';
import { mountsUnder, processesUnder } from './leftover-processes.js';
import { removeContainersUnder } from './task-containers.js';

/** How many of each were ended. */
export interface Swept {
  readonly processes: number;
  readonly containers: number;
  readonly mounts: number;
}

type Sweeping = Pick<Context, 'exec' | 'clock'>;

/** Everywhere that processes, containers and mounts of a cluster's agents may live: the folder on its way out, too, and that of allocations beside it. */
export function agentPlaces({ agents, agentsToRemove }: ClusterPaths): readonly string[] {
  return [agents, agentsToRemove, allocationsFolder(agents)];
}

/** Processes that live off a cluster's agents, wherever a killed `down` left them. */
export function clusterProcesses(paths: ClusterPaths): ProcessIdentity[] {
  return agentPlaces(paths).flatMap(processesUnder);
}

/** Sweeps every place of a cluster's agents. */
export async function sweepCluster(paths: ClusterPaths, sweeping: Sweeping): Promise<Swept> {
  const total = { processes: 0, containers: 0, mounts: 0 };
  for (const place of agentPlaces(paths)) {
    const { processes, containers, mounts } = await sweep(place, sweeping);
    total.processes += processes;
    total.containers += containers;
    total.mounts += mounts;
  }
  return total;
}

/** Ends every process and container that lives off a folder and unmounts what is mounted below it. */
export async function sweep(folder: string, { exec, clock }: Sweeping): Promise<Swept> {
  let processes = 0;
  // A supervisor may start one more while we look, so look again until nothing is left; three rounds suffice.
  for (let round = 0; round < 3; round++) {
    const found = processesUnder(folder);
    if (found.length === 0) break;
    processes += found.length;
    await mapBounded(found, PROCESSES_AT_ONCE, (process) => endProcess(process, 'SIGKILL', { clock, waitMs: 2000 }));
  }
  const containers = await removeContainersUnder(folder);
  const mounts = mountsUnder(folder);
  for (const path of mounts) await exec.run('umount', ['-l', path], { accept: [0, 1, 32] });
  return { processes, containers, mounts: mounts.length };
}
