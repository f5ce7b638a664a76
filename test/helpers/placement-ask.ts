import type { GroupSpec, JobSpec } from '../../src/clients/nomad-job-model.js';
import type { Node } from '../../src/clients/nomad-node-model.js';
import type { DesiredUpdates, PlacementMetric } from '../../src/clients/nomad-plan-model.js';
import type { AllocationInFull } from '../../src/clients/nomad-rollout-model.js';
import type { Ask } from '../../src/jobs/placement/node-load.js';

export const NODE: Node = {
  ID: 'n1',
  Name: 'client-1',
  Datacenter: 'dc1',
  NodePool: 'default',
  NodeClass: '',
  Status: 'ready',
  Drain: false,
  SchedulingEligibility: 'eligible',
  Drivers: null,
  Attributes: { 'kernel.name': 'linux', 'cpu.numcores': '4', 'os.signals': 'SIGHUP,SIGINT', 'nomad.version': '1.11.3' },
  Meta: { rack: 'r1', size: '2.5' },
  NodeResources: {
    Cpu: { CpuShares: 1000, ReservableCpuCores: [0, 1] },
    Memory: { MemoryMB: 1024 },
    Disk: { DiskMB: 1000 },
    Networks: [{ Mode: 'host' }],
    NodeNetworks: [{ Addresses: [{ Address: '10.0.0.1', Alias: 'default' }] }],
    MinDynamicPort: 20000,
    MaxDynamicPort: 20099,
  },
};

export const METRIC: PlacementMetric = {
  NodesEvaluated: 1,
  NodesFiltered: 1,
  NodesExhausted: 0,
  NodesAvailable: null,
  ClassFiltered: null,
  ConstraintFiltered: null,
  DimensionExhausted: null,
  QuotaExhausted: null,
  CoalescedFailures: 0,
};

/** A group of which Nomad would change nothing. */
export const NO_UPDATES: DesiredUpdates = {
  Ignore: 0,
  Place: 0,
  Migrate: 0,
  Stop: 0,
  InPlaceUpdate: 0,
  DestructiveUpdate: 0,
  Canary: 0,
  Preemptions: 0,
};

/** An allocation of job `other` that uses a little of everything. */
export function allocationOf(more: Partial<AllocationInFull> = {}): AllocationInFull {
  return {
    ID: 'abcdef0123',
    JobID: 'other',
    Namespace: 'default',
    TaskGroup: 'g',
    NodeName: 'client-1',
    ClientStatus: 'running',
    DesiredStatus: 'run',
    AllocatedResources: {
      Tasks: { t: { Cpu: { CpuShares: 100, ReservedCores: [0] }, Memory: { MemoryMB: 900 } } },
      Shared: { DiskMB: 900, Ports: [{ Label: 'p', Value: 8080, HostIP: '10.0.0.1' }] },
    },
    ...more,
  } as AllocationInFull;
}

export interface AskParts {
  readonly spec?: Partial<JobSpec>;
  readonly group?: Partial<GroupSpec>;
  readonly node?: Partial<Node>;
  readonly resources?: Partial<Node['NodeResources']>;
  readonly filtered?: Readonly<Record<string, number>>;
  readonly exhausted?: Readonly<Record<string, number>>;
  readonly allocations?: readonly AllocationInFull[];
}

/** Group `app` of job `web`, and `client-1`. */
export function askOf({ spec, group, node, resources, filtered, exhausted, allocations = [] }: AskParts): Ask {
  const asked: GroupSpec = {
    Name: 'app',
    Count: 1,
    Tasks: [{ Name: 't', Driver: 'raw_exec', Resources: { CPU: 100, MemoryMB: 256 } }],
    ...group,
  };
  return {
    spec: { ID: 'web', Namespace: 'default', Type: 'service', TaskGroups: [asked], ...spec },
    group: asked,
    load: { node: { ...NODE, NodeResources: { ...NODE.NodeResources!, ...resources }, ...node }, allocations },
    metric: { ...METRIC, ConstraintFiltered: filtered ?? null, DimensionExhausted: exhausted ?? null },
  };
}
