import type { InstanceType } from '../../scope/instance-types.js';
import { largestBoot, largestData } from '../host-disks.js';

const MEDIA = [
  ['cloudDisk', /^CLOUD_/],
  ['normalLocalDisk', /^LOCAL_NORMAL$/],
  ['ssdLocalDisk', /^LOCAL_SSD$/],
] as const;
const SMALLEST_DATA = 20;

interface OfferedDisk {
  readonly Name: string;
  readonly MaximalSize: number;
  readonly Features: readonly string[];
}

interface DiskOffer {
  readonly Name: string;
  readonly BootDisk: readonly (OfferedDisk & { readonly InstantResize: boolean })[];
  readonly DataDisk: readonly (OfferedDisk & { readonly MinimalSize: number; readonly BackupMode: readonly string[] })[];
}

/** The disks that hosts of a type may have, by medium, as UCloud groups them. A type that takes all lists none. */
export function diskOffer({ disks = [] }: InstanceType): DiskOffer[] {
  return MEDIA.flatMap(([Name, pattern]) => {
    const boot = disks.filter((one) => pattern.test(one.boot));
    const data = [...new Set(boot.flatMap((one) => one.data))];
    const isCloud = Name === 'cloudDisk';
    const Features = isCloud ? ['SNAPSHOT'] : [];
    if (boot.length === 0) return [];
    return [
      {
        Name,
        BootDisk: boot.map((one) => ({ Name: one.boot, MaximalSize: largestBoot(one.boot), Features, InstantResize: isCloud })),
        DataDisk: data.map((type) => ({
          ...{ Name: type, MinimalSize: SMALLEST_DATA, MaximalSize: largestData(type), Features, BackupMode: ['NONE'] },
        })),
      },
    ];
  });
}
