import type { JobVariable } from '../catalogue/job-manifest.js';
import type { Node } from '../../clients/nomad-node-model.js';
import { takesWork } from '../../cluster/ready-clients.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';

export interface Candidates {
  readonly nodes: readonly Node[];
  /** The nodes are hosts made for the cluster, rather than this computer. */
  readonly ownHosts: boolean;
  /** What takes the job's place where none of its drivers works. */
  readonly elsewhere?: string | undefined;
}

/**
 * The first driver of a variable's choices that works on a node that takes work. Hosts of the cluster's own have docker and
 * little else, so there it comes first; on this computer only when the user asked for it: a daemon that happens to run is no
 * reason to pull images.
 * @throws PrerequisiteError `driver-missing` with what each node says
 */
export function chooseDriver(job: string, variable: JobVariable, { nodes, ownHosts, elsewhere }: Candidates): string {
  const others = (variable.choices ?? []).filter((driver) => driver !== 'docker');
  const choices = ownHosts && variable.choices?.includes('docker') ? ['docker', ...others] : others;
  const usable = choices.find((driver) => nodes.some((node) => takesWork(node) && node.Drivers?.[driver]?.Healthy));
  if (usable !== undefined) return usable;
  // With no node to ask, the preferred driver it is: placement will say that there is no node.
  if (!nodes.some(takesWork)) return choices[0] ?? variable.choices?.[0] ?? 'raw_exec';
  const instead = elsewhere === undefined ? [] : [elsewhere];
  if (choices.length === 0) {
    throw new PrerequisiteError(`${job} runs in docker alone, which has to be asked for on this computer`, {
      code: 'driver-missing',
      why: [...nodes.map((node) => `${node.Name} · docker: ${driverState(node, 'docker')}`), ...instead],
      next: again({ driver: 'docker' }),
    });
  }
  throw new PrerequisiteError(`no node offers a driver for ${job}: ${choices.join(' or ')}`, {
    code: 'driver-missing',
    why: [
      ...nodes.map((node) => `${node.Name} · ${choices.map((driver) => `${driver}: ${driverState(node, driver)}`).join(' · ')}`),
      ...instead,
    ],
    next: variable.choices?.includes('docker') ? again({ driver: 'docker' }) : nomadctl`doctor`,
  });
}

/** @throws PrerequisiteError `driver-missing` when a driver that was asked for works nowhere */
export function requireDriver(driver: string, { nodes, elsewhere }: Omit<Candidates, 'ownHosts'>): void {
  const candidates = nodes.filter(takesWork);
  if (candidates.length === 0 || candidates.some((node) => node.Drivers?.[driver]?.Healthy)) return;
  throw new PrerequisiteError(`driver ${driver} works on no node`, {
    code: 'driver-missing',
    why: [...candidates.map((node) => `${node.Name} · ${driverState(node, driver)}`), ...(elsewhere === undefined ? [] : [elsewhere])],
    next: again({ driver: undefined }),
  });
}

export function driverState(node: Node, driver: string): string {
  const found = node.Drivers?.[driver];
  if (!found?.Detected) return found?.HealthDescription || 'not there';
  return found.Healthy ? 'healthy' : `not healthy (${found.HealthDescription})`;
}
