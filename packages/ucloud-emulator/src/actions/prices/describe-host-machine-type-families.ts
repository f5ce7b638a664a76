import { defineAction } from '../action.js';
import { zone } from '../../params/shared-params.js';
import { diskOffer } from '../../model/disks/disk-offer.js';
import { machineSizes } from '../../model/hosts/machine-sizes.js';

export const describeHostMachineTypeFamilies = defineAction({
  name: 'DescribeHostMachineTypeFamilies',
  summary: 'Types of machines by family, with their sizes, platforms and disks.',
  params: { Zone: zone() },
  handle({ Zone }, { catalogue }) {
    const types = catalogue.instanceTypes.filter(({ zones }) => Zone === undefined || (zones?.includes(Zone) ?? true));
    return {
      MachineTypes: types.map((type) => ({
        ...{ Name: type.name, Description: type.name, OperationStatus: 'Normal', ParentType: '', Virtual: false },
        CpuPlatforms: type.cpuPlatforms.map((Name) => ({ Name, OperationStatus: 'Normal' })),
        MachineSizes: machineSizes(type),
        Disks: diskOffer(type).map((disks) => ({ ...withoutBackups(disks), OperationStatus: 'Normal' })),
        UHostFamilies: [{ Name: type.name, CpuPlatforms: type.cpuPlatforms.map((Name) => ({ Name, CpuModels: [] })) }],
      })),
    };
  },
});

/** Here features are objects, where they are words elsewhere. */
function withoutBackups({ Name, BootDisk, DataDisk }: ReturnType<typeof diskOffer>[number]): object {
  const named = (features: readonly string[]): object[] => features.map((feature) => ({ Name: feature, Modes: [] }));
  return {
    Name,
    BootDisk: BootDisk.map((disk) => ({ ...disk, Features: named(disk.Features) })),
    DataDisk: DataDisk.map(({ BackupMode: _none, ...disk }) => ({ ...disk, Features: named(disk.Features) })),
  };
}
