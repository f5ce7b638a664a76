import type { GroupSpec, Lifecycle } from '../../clients/nomad-job-model.js';
import type { AllocationInFull } from '../../clients/nomad-rollout-model.js';
import { counted, occupying, type Ask, type NodeLoad } from './node-load.js';

/** MHz, numbers of cores, MiB and MiB. */
interface Amounts {
  readonly cpu: number;
  readonly cores: number;
  readonly memory: number;
  readonly disk: number;
}

const DIMENSIONS: Readonly<Record<keyof Amounts, (amount: number) => string>> = {
  memory: (amount) => `${amount} MiB of memory`,
  cpu: (amount) => `${amount} MHz of CPU`,
  cores: (amount) => counted(amount, 'core'),
  disk: (amount) => `${amount} MiB of disk`,
};
const NAMES = Object.keys(DIMENSIONS) as (keyof Amounts)[];

/** Nomad's own, for a group without an ephemeral_disk. */
const DEFAULT_DISK_MB = 300;

/** What a node has too little of for one allocation, a sentence each. */
export function shortages({ group, load }: Ask): string[] {
  const { free, total, needed } = balanceOf(group, load);
  const max = load.node.NodeMaxAllocs ?? 0;
  const runs = occupying(load).length;
  return [
    ...NAMES.filter((name) => needed[name] > free[name]).map((name) => sentence({ name, needed, free, total })),
    ...(max > 0 && runs >= max ? [`runs ${counted(runs, 'allocation')}, may run ${max}`] : []),
  ];
}

/** How many allocations a node has room for where that is fewer than were wanted, and what they would need; nothing where it has plenty. */
export function roomForSome({ group, load, metric }: Ask): string | undefined {
  const { free, total, needed } = balanceOf(group, load);
  const exhausted = NAMES.filter((name) => (metric.DimensionExhausted?.[name] ?? 0) > 0 && needed[name] > 0);
  const rooms = exhausted.map((name) => ({ name, room: Math.floor(free[name] / needed[name]) })).sort((a, b) => a.room - b.room);
  const [least] = rooms;
  return least && `has room for ${least.room}, not for all: each ${sentence({ name: least.name, needed, free, total })}`;
}

function sentence({ name, needed, free, total }: { name: keyof Amounts } & Record<'needed' | 'free' | 'total', Amounts>): string {
  const left = Math.max(0, free[name]);
  return `needs ${DIMENSIONS[name](needed[name])}, ${left} of ${total[name]} ${left === 1 ? 'is' : 'are'} free`;
}

function balanceOf(group: GroupSpec, load: NodeLoad): Record<'free' | 'total' | 'needed', Amounts> {
  const { NodeResources: has, ReservedResources: reserved } = load.node;
  const total: Amounts = {
    cpu: (has?.Cpu.CpuShares ?? 0) - (reserved?.Cpu.CpuShares ?? 0),
    cores: has?.Cpu.ReservableCpuCores?.length ?? 0,
    memory: (has?.Memory.MemoryMB ?? 0) - (reserved?.Memory.MemoryMB ?? 0),
    disk: (has?.Disk.DiskMB ?? 0) - (reserved?.Disk?.DiskMB ?? 0),
  };
  const used = occupying(load).map(usedBy);
  const free = amounts((name) => total[name] - used.reduce((sum, one) => sum + one[name], 0));
  return { free, total, needed: neededBy(group) };
}

/** Cores come with their own MHz, which are no matter of the task's. */
function neededBy({ Tasks, EphemeralDisk }: GroupSpec): Amounts {
  const tasks = Tasks.map(({ Resources, Lifecycle: lifecycle }) => ({
    lifecycle,
    amounts: {
      cpu: Resources?.Cores ? 0 : (Resources?.CPU ?? 0),
      cores: Resources?.Cores ?? 0,
      memory: Resources?.MemoryMB ?? 0,
      disk: 0,
    },
  }));
  return { ...atOnce(tasks), disk: EphemeralDisk?.SizeMB ?? DEFAULT_DISK_MB };
}

function usedBy({ AllocatedResources: { Tasks, TaskLifecycles, Shared } }: AllocationInFull): Amounts {
  const tasks = Object.entries(Tasks).map(([name, { Cpu, Memory }]) => ({
    lifecycle: TaskLifecycles?.[name],
    amounts: { cpu: Cpu.CpuShares, cores: Cpu.ReservedCores?.length ?? 0, memory: Memory.MemoryMB, disk: 0 },
  }));
  return { ...atOnce(tasks), disk: Shared.DiskMB };
}

interface TaskAmounts {
  readonly lifecycle?: Lifecycle | null | undefined;
  readonly amounts: Amounts;
}

/**
 * Tasks that run one after the other need what the largest needs, as in `AllocatedResources.Comparable` of
 * https://github.com/hashicorp/nomad/blob/main/nomad/structs/structs.go
 */
function atOnce(tasks: readonly TaskAmounts[]): Amounts {
  const sumOf = (isMeant: (hook: string, isSidecar: boolean) => boolean): Amounts => {
    const meant = tasks.filter(({ lifecycle }) => isMeant(lifecycle?.Hook ?? '', lifecycle?.Sidecar ?? false));
    return amounts((name) => meant.reduce((sum, one) => sum + one.amounts[name], 0));
  };
  const before = sumOf((hook, isSidecar) => hook === 'prestart' && !isSidecar);
  const beside = sumOf((hook, isSidecar) => hook === 'prestart' && isSidecar);
  const after = sumOf((hook) => hook === 'poststop');
  const main = sumOf((hook) => hook !== 'prestart' && hook !== 'poststop');
  return amounts((name) => beside[name] + Math.max(before[name], main[name], after[name]));
}

function amounts(of: (name: keyof Amounts) => number): Amounts {
  return { cpu: of('cpu'), cores: of('cores'), memory: of('memory'), disk: of('disk') };
}
