import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';
import type { Node } from '../../clients/nomad-node-model.js';
import { canHaveVolume } from '../../cluster/volumes/host-volumes.js';
import type { TaskDriver } from './task.js';

export interface ClientRequest {
  /** In full. */
  readonly nodes: readonly Node[];
  /** For messages: of the cluster that they belong to. */
  readonly management: string;
  /** The client that has the volume already. */
  readonly bound?: string | undefined;
  /** Those that will do, the best first. */
  readonly drivers: readonly TaskDriver[];
  /** What to do where a client would do with another driver. */
  readonly otherwise?: Hint | undefined;
}

export interface ChosenClient {
  readonly node: Node;
  readonly driver: TaskDriver;
}

/** The client that is to carry the bootstrapper, and how: by its volume, then by driver, then by name. @throws PrerequisiteError `bootstrap-no-client` */
export function chooseClient({ nodes, management, bound, drivers, otherwise }: ClientRequest): ChosenClient {
  const fit = nodes.filter((node) => (bound === undefined ? canHaveVolume(node) : node.ID === bound));
  const sorted = [...fit].sort((a, b) => (a.Name < b.Name ? -1 : 1));
  for (const driver of drivers) {
    const node = sorted.find(({ Drivers }) => Drivers?.[driver]?.Healthy === true);
    if (node) return { node, driver };
  }
  const why =
    bound !== undefined
      ? `its volume lies on client ${fit[0]?.Name ?? bound.slice(0, 8)}, which ${fit.length === 0 ? 'Nomad does not know' : `has no driver ${drivers.join(' or ')}`}`
      : fit.length === 0
        ? `of ${nodes.length} clients none is ready, eligible and makes dynamic host volumes, which Nomad 1.10 and later do`
        : `none of ${fit.map(({ Name }) => Name).join(', ')} has driver ${drivers.join(' or ')}`;
  throw new PrerequisiteError(`no client of cluster ${management} can carry a bootstrapper`, {
    code: 'bootstrap-no-client',
    why,
    next: (fit.length > 0 ? otherwise : undefined) ?? nomadctl`status ${management}`,
  });
}
