import type { GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { PlacementMetric } from '../../clients/nomad-plan-model.js';
import type { AllocationInFull } from '../../clients/nomad-rollout-model.js';

/** A node with what runs on it, as placement sees it. */
export interface NodeLoad {
  readonly node: Node;
  readonly allocations: readonly AllocationInFull[];
}

/** A group that was not placed, and a node that did not take it. */
export interface Ask {
  readonly spec: JobSpec;
  readonly group: GroupSpec;
  readonly load: NodeLoad;
  readonly metric: PlacementMetric;
}

const ENDED: readonly string[] = ['complete', 'failed', 'lost'];

/** What the scheduler counts: what runs or is about to, and has not been told to end. */
export function occupying({ allocations }: NodeLoad): AllocationInFull[] {
  return allocations.filter(
    ({ ClientStatus, DesiredStatus }) => !ENDED.includes(ClientStatus) && DesiredStatus !== 'stop' && DesiredStatus !== 'evict',
  );
}

/** Whether an allocation is one of the job's own. */
export function isOf({ ID, Namespace }: JobSpec, { JobID, Namespace: other }: AllocationInFull): boolean {
  return JobID === ID && (other === undefined || (Namespace ?? 'default') === other);
}

/** `1 allocation`, `2 allocations`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The value of a `${…}` on a node, as Nomad resolves it; any other text is itself. Undefined where the node has none. */
export function valueOn(node: Node, target: string): string | undefined {
  const inner = /^\$\{(.*)\}$/s.exec(target)?.[1];
  if (inner === undefined) return target;
  const known: Readonly<Record<string, string | undefined>> = {
    'node.datacenter': node.Datacenter,
    'node.unique.name': node.Name,
    'node.unique.id': node.ID,
    'node.class': node.NodeClass,
    'node.pool': node.NodePool,
  };
  if (inner in known) return known[inner];
  if (inner.startsWith('attr.')) return node.Attributes?.[inner.slice('attr.'.length)];
  if (inner.startsWith('meta.')) return node.Meta?.[inner.slice('meta.'.length)];
  return undefined;
}

/** `meta.rack` of `${meta.rack}`. */
export function nameOf(target: string): string {
  return /^\$\{(.*)\}$/s.exec(target)?.[1] ?? target;
}
