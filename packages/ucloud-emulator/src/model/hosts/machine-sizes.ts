import type { InstanceType } from '../../scope/instance-types.js';

/** The sizes of a type, as answers list them: memory in GB. */
export function machineSizes({ cpus, memoryPerCpu, cpuPlatforms }: InstanceType): object[] {
  const sizes = cpus.map((cpu) => ({
    Cpu: cpu,
    Memory: memoryPerCpu.map((gigabytes) => cpu * gigabytes),
    MinimalCpuPlatform: cpuPlatforms.slice(0, 1),
  }));
  return [{ Gpu: 0, Collection: sizes }];
}
