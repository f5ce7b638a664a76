import { describe, expect, it } from 'vitest';
import { deviceProblems } from '../../../../src/jobs/placement/device-problems.js';
import { distinctProblems } from '../../../../src/jobs/placement/distinct-problems.js';
import { networkProblems, portForOne, portProblems } from '../../../../src/jobs/placement/network-problems.js';
import { roomForSome, shortages } from '../../../../src/jobs/placement/resource-problems.js';
import { volumeProblems } from '../../../../src/jobs/placement/volume-problems.js';
import { allocationOf, askOf, type AskParts } from '../../../helpers/placement-ask.js';

const task = (Resources: object, more: object = {}) => ({
  Name: 't',
  Driver: 'raw_exec',
  Resources: { CPU: 0, MemoryMB: 0, ...Resources },
  ...more,
});
const reserved = (Value: number, more: object = {}) => ({ Networks: [{ ReservedPorts: [{ Label: 'http', Value, ...more }] }] });

describe('shortages', () => {
  it.each<[AskParts, string[]]>([
    [{}, []],
    [{ allocations: [allocationOf()] }, ['needs 256 MiB of memory, 124 of 1024 are free', 'needs 300 MiB of disk, 100 of 1000 are free']],
    [{ allocations: [allocationOf({ ClientStatus: 'complete' }), allocationOf({ DesiredStatus: 'stop' })] }, []],
    [{ group: { Tasks: [task({ CPU: 1200 })] } }, ['needs 1200 MHz of CPU, 1000 of 1000 are free']],
    [
      { group: { Tasks: [task({ Cores: 2 })] }, allocations: [allocationOf()] },
      ['needs 2 cores, 1 of 2 is free', 'needs 300 MiB of disk, 100 of 1000 are free'],
    ],
    [{ group: { EphemeralDisk: { SizeMB: 2000 } } }, ['needs 2000 MiB of disk, 1000 of 1000 are free']],
    [
      { node: { ReservedResources: { Cpu: { CpuShares: 0 }, Memory: { MemoryMB: 1000 }, Disk: { DiskMB: 0 } } } },
      ['needs 256 MiB of memory, 24 of 24 are free'],
    ],
    [
      { node: { NodeMaxAllocs: 1 }, group: { Tasks: [task({})], EphemeralDisk: { SizeMB: 0 } }, allocations: [allocationOf()] },
      ['runs 1 allocation, may run 1'],
    ],
    // A task before and a task after are not there at the same time as the others; one beside them is.
    [
      {
        group: {
          Tasks: [
            task({ MemoryMB: 800 }),
            task({ MemoryMB: 900 }, { Lifecycle: { Hook: 'prestart' } }),
            task({ MemoryMB: 500 }, { Lifecycle: { Hook: 'poststop' } }),
            task({ MemoryMB: 100 }, { Lifecycle: { Hook: 'prestart', Sidecar: true } }),
          ],
        },
      },
      [],
    ],
    [
      { group: { Tasks: [task({ MemoryMB: 900 }), task({ MemoryMB: 200 }, { Lifecycle: { Hook: 'poststart' } })] } },
      ['needs 1100 MiB of memory, 1024 of 1024 are free'],
    ],
  ])('%j', (parts, expected) => {
    expect(shortages(askOf(parts))).toEqual(expected);
  });

  it('says for how many there is room', () => {
    expect(roomForSome(askOf({ exhausted: { memory: 1, cpu: 1 } }))).toBe(
      'has room for 4, not for all: each needs 256 MiB of memory, 1024 of 1024 are free',
    );
    expect(roomForSome(askOf({ group: { Tasks: [task({ Cores: 1 })] }, exhausted: { cores: 1 } }))).toBe(
      'has room for 2, not for all: each needs 1 core, 2 of 2 are free',
    );
    expect(roomForSome(askOf({ exhausted: {} }))).toBeUndefined();
  });
});

describe('ports and networks', () => {
  it.each<[AskParts, string[]]>([
    [{ group: reserved(80) }, []],
    [{ group: reserved(8080), allocations: [allocationOf()] }, ['needs static port 8080 (http), job other (allocation abcdef01) has it']],
    [
      { group: reserved(8080), allocations: [allocationOf({ JobID: 'web', TaskGroup: 'old' })] },
      ['needs static port 8080 (http), group old of this job (allocation abcdef01) has it'],
    ],
    [{ group: reserved(8080, { IgnoreCollision: true }), allocations: [allocationOf()] }, []],
    [
      {
        group: reserved(8550),
        node: { ReservedResources: { Cpu: { CpuShares: 0 }, Memory: { MemoryMB: 0 }, Networks: { ReservedHostPorts: '22,8500-8600' } } },
      },
      ['needs static port 8550 (http), the rest of the host has it'],
    ],
    [
      {
        group: reserved(22),
        resources: { NodeNetworks: [{ Addresses: [{ Address: '10.0.0.1', Alias: 'default', ReservedPorts: '22' }] }] },
      },
      ['needs static port 22 (http), the rest of the host has it'],
    ],
    // Nomad gives the port on the other address.
    [
      {
        group: reserved(8080),
        allocations: [allocationOf()],
        resources: {
          NodeNetworks: [
            {
              Addresses: [
                { Address: '10.0.0.1', Alias: 'default' },
                { Address: '::1', Alias: 'default' },
              ],
            },
          ],
        },
      },
      [],
    ],
    [{ exhausted: { 'network: dynamic port selection failed': 1 } }, ['needs a port between 20000 and 20099, all are taken']],
  ])('%j', (parts, expected) => {
    expect(portProblems(askOf(parts))).toEqual(expected);
  });

  it('says that a port is there for one of several', () => {
    const exhausted = { 'network: reserved port collision http=80': 1 };
    expect(portForOne(askOf({ group: reserved(80), exhausted }))).toBe('has room for 1, not for all: each needs static port 80 (http)');
  });

  it.each<[AskParts, string[]]>([
    [{ group: { Networks: [{ Mode: 'bridge' }] } }, ['has network mode host, must have bridge']],
    [{ group: { Networks: [{ Mode: 'none' }] } }, []],
    [{ group: reserved(80, { HostNetwork: 'public' }) }, ['has host network default, must have public for port http']],
    [{ group: reserved(80, { HostNetwork: '${meta.rack}' }) }, ['has host network default, must have r1 for port http']],
    [{ group: reserved(80, { HostNetwork: '${meta.net}' }) }, ['${meta.net} is not set, must name the host network of port http']],
    [
      { group: { Networks: [{ DynamicPorts: [{ Label: 'x', HostNetwork: 'a' }] }] }, resources: { NodeNetworks: null } },
      ['has no host network, must have a for port x'],
    ],
  ])('%j', (parts, expected) => {
    expect(networkProblems(askOf(parts))).toEqual(expected);
  });
});

describe('volumes', () => {
  const volume = (more: object) => ({ Volumes: { v: { Type: 'host', Source: 'data', ...more } } });
  const has = (more: object = {}) => ({ HostVolumes: { data: { Name: 'data', ReadOnly: false, ...more } } });

  it.each<[AskParts, string[]]>([
    [{ group: volume({}) }, ['has no host volume, must have data']],
    [{ group: volume({ Source: 'certs' }), node: has() }, ['has host volume data, must have certs']],
    [{ group: volume({}), node: has() }, []],
    [{ group: volume({}), node: has({ ReadOnly: true }) }, ['has host volume data to read, must have it to write']],
    [{ group: volume({ ReadOnly: true }), node: has({ ReadOnly: true }) }, []],
    [{ group: { Count: 2, ...volume({ PerAlloc: true }) }, node: has() }, ['has host volume data, must have data[0] or data[1]']],
    [
      { group: { Count: 2, ...volume({ PerAlloc: true }) }, node: { HostVolumes: { 'data[1]': { Name: 'data[1]', ReadOnly: false } } } },
      [],
    ],
    [
      { group: volume({}), node: has({ ID: 'v1' }), filtered: { 'missing compatible host volumes': 1 } },
      ["has host volume data, which must be ready, of the job's namespace and free for this way of access"],
    ],
    [{ filtered: { 'missing CSI Volume db': 2 } }, ["needs CSI volume db, which is not registered in the job's namespace"]],
    [
      { filtered: { 'CSI plugin ebs is missing from client n1': 1, 'CSI plugin ebs is missing from client n2': 1 } },
      ['must run CSI plugin ebs, has none'],
    ],
    [{ filtered: { 'CSI plugin ebs is unhealthy on client n1': 1 } }, ['runs CSI plugin ebs, which must be healthy and is not']],
    [
      { filtered: { 'CSI plugin ebs has the maximum number of volumes on client n1': 1 } },
      ['has as many volumes of CSI plugin ebs as it may have'],
    ],
    [
      {
        filtered: {
          'CSI volume db has exhausted its available writer claims and is claimed by a garbage collected allocation a; waiting': 1,
        },
      },
      ['needs CSI volume db to write, which another allocation does'],
    ],
    [
      { filtered: { 'CSI volume db is unschedulable or is read-only': 1 } },
      ['needs CSI volume db to write, which is read-only or out of service'],
    ],
    [
      { filtered: { 'CSI volume db is unschedulable or has exhausted its available reader claims': 1 } },
      ['needs CSI volume db to read, which has no claim left'],
    ],
    [{ filtered: { 'did not meet topology requirement': 1 } }, ['is not where its CSI volume can be reached']],
  ])('%j', (parts, expected) => {
    expect(volumeProblems(askOf(parts))).toEqual(expected);
  });
});

describe('devices', () => {
  const wants = (Name: string, Count = 1, Constraints: object[] = []) => ({ Tasks: [task({ Devices: [{ Name, Count, Constraints }] })] });
  const gpu = (...healthy: boolean[]) => ({
    Devices: [{ Vendor: 'nvidia', Type: 'gpu', Name: 'T4', Instances: healthy.map((Healthy, index) => ({ ID: `i${index}`, Healthy })) }],
  });
  const user = allocationOf({
    AllocatedResources: {
      Tasks: {
        t: { Cpu: { CpuShares: 0 }, Memory: { MemoryMB: 0 }, Devices: [{ Vendor: 'nvidia', Type: 'gpu', Name: 'T4', DeviceIDs: ['i0'] }] },
      },
      Shared: { DiskMB: 0 },
    },
  });

  it.each<[AskParts, string[]]>([
    [{ group: wants('nvidia/gpu') }, ['has no device, must have 1 nvidia/gpu']],
    [{ group: wants('amd/gpu', 2), resources: gpu(true) }, ['has device nvidia/gpu/T4, must have 2 amd/gpu']],
    ...['gpu', 'nvidia/gpu', 'nvidia/gpu/T4'].map((name): [AskParts, string[]] => [{ group: wants(name), resources: gpu(true) }, []]),
    [{ group: wants('nvidia/gpu/A100'), resources: gpu(true) }, ['has device nvidia/gpu/T4, must have 1 nvidia/gpu/A100']],
    [{ group: wants('gpu', 2), resources: gpu(true, false) }, ['needs 2 of device gpu, 1 of 2 are healthy']],
    [{ group: wants('gpu', 2), resources: gpu(true, true), allocations: [user] }, ['needs 2 of device gpu, 1 of 2 are free']],
    [
      {
        group: wants('gpu', 1, [{ LTarget: '${device.attr.memory}', Operand: '>=', RTarget: '40 GiB' }]),
        resources: gpu(true),
        filtered: { 'missing devices': 1 },
      },
      ['has device nvidia/gpu/T4, must have gpu with device.attr.memory >= 40 GiB'],
    ],
  ])('%j', (parts, expected) => {
    expect(deviceProblems(askOf(parts))).toEqual(expected);
  });
});

describe('distinct', () => {
  const hosts = { Constraints: [{ Operand: 'distinct_hosts', RTarget: 'true' }] };
  const racks = (RTarget = '') => ({ Constraints: [{ Operand: 'distinct_property', LTarget: '${meta.rack}', RTarget }] });
  const own = allocationOf({ JobID: 'web', TaskGroup: 'app' });

  it.each<[AskParts, string[]]>([
    [{ group: hosts, allocations: [own] }, ['has allocation abcdef01 of group app, may have one of this group (distinct_hosts)']],
    [{ group: hosts, allocations: [allocationOf(), allocationOf({ JobID: 'web', TaskGroup: 'b' })] }, []],
    [
      { spec: hosts, allocations: [allocationOf({ JobID: 'web', TaskGroup: 'b' })] },
      ['has allocation abcdef01 of group b, may have one of this job (distinct_hosts)'],
    ],
    [{ spec: hosts, allocations: [allocationOf({ JobID: 'web', Namespace: 'team' })] }, []],
    [{ group: hosts, filtered: { distinct_hosts: 1 } }, ['gets one allocation, may have one of this group (distinct_hosts)']],
    [{ group: { Constraints: [{ Operand: 'distinct_hosts', RTarget: 'false' }] }, allocations: [own] }, []],
    [
      {
        group: racks(),
        filtered: { 'distinct_property: ${meta.rack}=r1 used by 1 allocs': 1, 'distinct_property: ${meta.rack}=r2 used by 1 allocs': 1 },
      },
      ['meta.rack is r1, which 1 allocation of at most 1 have (distinct_property)'],
    ],
    [
      { group: racks('2'), filtered: { 'distinct_property: ${meta.rack}=r1 used by 2 allocs': 1 } },
      ['meta.rack is r1, which 2 allocations of at most 2 have (distinct_property)'],
    ],
    [{ group: racks(), node: { Meta: {} } }, ['meta.rack is not set, must be (distinct_property)']],
    [{ group: racks() }, []],
  ])('%j', (parts, expected) => {
    expect(distinctProblems(askOf(parts))).toEqual(expected);
  });
});
