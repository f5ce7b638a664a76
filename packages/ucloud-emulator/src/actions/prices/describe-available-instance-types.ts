import { defineAction } from '../action.js';
import { zone } from '../../params/shared-params.js';
import { choice, list, required } from '../../params/param.js';
import { inStock } from '../../scope/quota.js';

const TYPES = ['N', 'C', 'O', 'OM'] as const;
const CORES = [1, 2, 4, 8, 16, 32, 64];
const GB_PER_CORE = [1, 2, 4, 8];

export const describeAvailableInstanceTypes = defineAction({
  name: 'DescribeAvailableInstanceTypes',
  summary: 'Types of machines, their sizes and whether they are in stock.',
  params: { Zone: required(zone()), MachineTypes: list(choice(...TYPES)) },
  handle({ Zone, MachineTypes }, scope) {
    const wanted = MachineTypes.length === 0 ? TYPES : MachineTypes;
    const collection = CORES.map((cpu) => ({
      Cpu: cpu,
      Memory: GB_PER_CORE.map((gigabytes) => cpu * gigabytes),
      MinimalCpuPlatform: ['Intel/Auto'],
    }));
    return {
      AvailableInstanceTypes: wanted.map((type) => ({
        Name: type,
        InstanceType: 'Normal',
        Zone,
        Status: inStock(scope, { zone: Zone, machineType: type }) ? 'Normal' : 'Soldout',
        CpuPlatforms: { Intel: ['Intel/Auto', 'Intel/Cascadelake'], Amd: [], Ampere: [] },
        MachineSizes: [{ Gpu: 0, Collection: collection }],
        Disks: [],
        Features: [],
      })),
    };
  },
});
