import { describe, expect, it } from 'vitest';
import type { JobSpec } from '../../../../src/clients/nomad-job-model.js';
import type { Node } from '../../../../src/clients/nomad-node-model.js';
import type { PlacementMetric } from '../../../../src/clients/nomad-plan-model.js';
import type { NodeLoad } from '../../../../src/jobs/placement/node-load.js';
import { explainGroup } from '../../../../src/jobs/placement/explain-placement.js';
import { METRIC } from '../../../helpers/placement-ask.js';

const NODE: Node = {
  ID: 'n1',
  Name: 'client-1',
  Datacenter: 'dc1',
  NodePool: 'default',
  NodeClass: '',
  Status: 'ready',
  Drain: false,
  SchedulingEligibility: 'eligible',
  Drivers: {
    raw_exec: { Detected: true, Healthy: true, HealthDescription: 'Healthy' },
    docker: { Detected: true, Healthy: false, HealthDescription: 'no daemon' },
  },
  Attributes: { 'kernel.name': 'linux', 'os.signals': 'SIGHUP,SIGINT' },
  Meta: { rack: 'r1' },
  NodeResources: { Cpu: { CpuShares: 1000 }, Memory: { MemoryMB: 1024 }, Disk: { DiskMB: 5000 } },
  ReservedResources: null,
};
const SPEC: JobSpec = {
  ID: 'web',
  Type: 'service',
  TaskGroups: [{ Name: 'app', Count: 1, Tasks: [{ Name: 't', Driver: 'raw_exec', Resources: { CPU: 100, MemoryMB: 256 } }] }],
};

function busy(memory: number, status = 'running'): NodeLoad['allocations'] {
  const one = {
    ClientStatus: status,
    AllocatedResources: { Tasks: { t: { Cpu: { CpuShares: 10 }, Memory: { MemoryMB: memory } } }, Shared: { DiskMB: 0 } },
  };
  return [one] as unknown as NodeLoad['allocations'];
}

function problemOf(more: {
  node?: Partial<Node>;
  spec?: Partial<JobSpec>;
  metric?: Partial<PlacementMetric>;
  allocations?: NodeLoad['allocations'];
}): string | undefined {
  const loads = [{ node: { ...NODE, ...more.node }, allocations: more.allocations ?? [] }];
  return explainGroup({ ...SPEC, ...more.spec }, { name: 'app', metric: { ...METRIC, ...more.metric }, loads })[1];
}

describe('explainGroup', () => {
  it.each([
    [{ node: { Status: 'down' } }, '  client-1 · is down'],
    [{ node: { Drain: true, SchedulingEligibility: 'ineligible' } }, '  client-1 · is draining'],
    [{ node: { SchedulingEligibility: 'ineligible' } }, '  client-1 · takes no new work (set ineligible)'],
    [{ spec: { Datacenters: ['eu-*', 'us'] } }, '  client-1 · is in datacenter dc1, the job asks for eu-*, us'],
    [{ spec: { NodePool: 'gpu' } }, '  client-1 · is in node pool default, the job asks for gpu'],
    [{ metric: { ConstraintFiltered: { '${attr.kernel.name} = windows': 1 } } }, '  client-1 · attr.kernel.name is linux, must be windows'],
    [
      { metric: { DimensionExhausted: { memory: 1 } }, allocations: busy(900) },
      '  client-1 · needs 256 MiB of memory, 124 of 1024 are free',
    ],
    [
      { metric: { DimensionExhausted: { 'network: bandwidth exceeded': 1 } } },
      '  client-1 · has room for some, not for all: network: bandwidth exceeded',
    ],
    [
      { metric: { DimensionExhausted: { memory: 1 } } },
      '  client-1 · has room for 4, not for all: each needs 256 MiB of memory, 1024 of 1024 are free',
    ],
    [{ metric: { ConstraintFiltered: { 'missing secrets provider': 1 } } }, '  client-1 · is left out by Nomad: missing secrets provider'],
    [{ allocations: busy(900, 'complete') }, '  client-1 · has room for it, but not for all'],
  ])('%j', (given, expected) => {
    expect(problemOf(given)).toBe(expected);
  });

  it('names a driver that is there and not well, and one that is not there', () => {
    const group = (Driver: string) => ({ TaskGroups: [{ Name: 'app', Count: 1, Tasks: [{ Name: 't', Driver }] }] });
    expect(problemOf({ spec: group('docker') })).toBe('  client-1 · driver docker: not healthy (no daemon)');
    expect(problemOf({ spec: group('podman') })).toBe('  client-1 · driver podman: not there');
  });

  it('sums up, also without any client', () => {
    const ConstraintFiltered = { 'missing drivers': 2, '${meta.rack} = r2': 1, 'computed class ineligible': 1, distinct_hosts: 1 };
    const metric = { ...METRIC, NodesEvaluated: 3, ConstraintFiltered, DimensionExhausted: { memory: 1 } };
    expect(explainGroup(SPEC, { name: 'app', metric, loads: [{ node: NODE, allocations: [] }] })[0]).toBe(
      [
        'group app · 3 clients considered · 2 without a driver it needs · 1 left out by meta.rack = r2',
        '1 like one that was left out · 1 left out by distinct_hosts · 1 with too little memory',
      ].join(' · '),
    );
    expect(explainGroup(SPEC, { name: 'app', metric: { ...METRIC, NodesEvaluated: 0 }, loads: [] })[0]).toBe(
      'group app · the cluster has no client',
    );
  });
});
