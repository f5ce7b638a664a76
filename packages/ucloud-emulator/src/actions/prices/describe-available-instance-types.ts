import { defineAction } from '../action.js';
import { zone } from '../../params/shared-params.js';
import { diskOffer } from '../../model/disks/disk-offer.js';
import { list, required, text } from '../../params/param.js';
import { machineSizes } from '../../model/hosts/machine-sizes.js';
import type { InstanceType } from '../../scope/instance-types.js';
import { inStock } from '../../scope/quota.js';
import { imageFeatures } from '../../scope/base-images.js';

export const describeAvailableInstanceTypes = defineAction({
  name: 'DescribeAvailableInstanceTypes',
  summary: 'Types of machines, their sizes and whether they are in stock.',
  params: { Zone: required(zone()), MachineTypes: list(text({ min: 1, max: 20, example: 'N' })) },
  handle({ Zone, MachineTypes }, scope) {
    for (const name of MachineTypes) scope.catalogue.needType(name);
    const types = scope.catalogue.instanceTypes
      .filter(({ name }) => MachineTypes.length === 0 || MachineTypes.includes(name))
      .filter(({ zones }) => zones?.includes(Zone) ?? true);
    return {
      Status: 'Normal',
      AvailableInstanceTypes: types.map((type) => ({
        Name: type.name,
        InstanceType: 'uhost',
        MachineClass: 'Normal',
        Zone,
        Status: inStock(scope, { zone: Zone, machineType: type.name }) ? 'Normal' : 'Soldout',
        CpuPlatforms: platformsOf(type),
        MachineSizes: machineSizes(type),
        Disks: diskOffer(type),
        Features: [
          {
            Name: 'NetCapability',
            Modes: [{ Name: 'Normal', MinimalCpuPlatform: type.cpuPlatforms, RelatedToImageFeature: [imageFeatures[1]] }],
          },
        ],
      })),
    };
  },
});

function platformsOf({ cpuPlatforms }: InstanceType): object {
  const of = (maker: string): string[] => cpuPlatforms.filter((platform) => platform.startsWith(`${maker}/`));
  return { Intel: of('Intel'), Amd: of('Amd'), Ampere: of('Ampere') };
}
