/** A kind of machines: https://docs.ucloud.cn/api/uhost-api/uhost_type */
export interface InstanceType {
  readonly name: string;
  /** Default: every zone. */
  readonly zones?: readonly string[] | undefined;
  readonly cpus: readonly number[];
  /** GB of memory that there may be for each core. */
  readonly memoryPerCpu: readonly number[];
  readonly cpuPlatforms: readonly string[];
  /** Boot disks and the data disks that go with them; absent: any. */
  readonly disks?: readonly DiskCombination[] | undefined;
}

export interface DiskCombination {
  readonly boot: string;
  readonly data: readonly string[];
}

/** Types of disks, as hosts spell them. */
export const hostDiskTypes = ['CLOUD_SSD', 'CLOUD_RSSD', 'CLOUD_NORMAL', 'CLOUD_ESSD', 'LOCAL_NORMAL', 'LOCAL_SSD'] as const;

const SIZES = { cpus: [1, 2, 4, 8, 16, 32, 64], memoryPerCpu: [1, 2, 4, 8], cpuPlatforms: ['Intel/Auto', 'Intel/Cascadelake'] };
const RSSD: readonly DiskCombination[] = [{ boot: 'CLOUD_RSSD', data: ['CLOUD_RSSD', 'CLOUD_NORMAL', 'CLOUD_SSD', 'CLOUD_ESSD'] }];

/** Boot and data disks that go together: https://docs.ucloud.cn/api/uhost-api/disk_type. Types without them take all. */
export const builtInTypes: readonly InstanceType[] = [
  {
    ...{ name: 'N', ...SIZES },
    disks: [
      { boot: 'LOCAL_NORMAL', data: ['LOCAL_NORMAL'] },
      { boot: 'LOCAL_SSD', data: ['LOCAL_SSD'] },
      { boot: 'CLOUD_SSD', data: ['CLOUD_NORMAL', 'CLOUD_SSD', 'CLOUD_ESSD'] },
    ],
  },
  {
    ...{ name: 'C', ...SIZES },
    disks: [
      { boot: 'LOCAL_SSD', data: ['LOCAL_SSD'] },
      { boot: 'CLOUD_SSD', data: ['CLOUD_SSD', 'CLOUD_ESSD'] },
    ],
  },
  { name: 'O', ...SIZES, disks: RSSD },
  { name: 'OM', ...SIZES },
];

/** Types that hosts may have, of which there is no list: they take what they are asked for. */
export const unlistedTypes: readonly InstanceType[] = [
  ...['G', 'OMEM', 'OPROG', 'OS', 'OMAX', 'O.BM', 'O.EPC'].map((name) => ({ name, ...SIZES })),
  { name: 'OPRO', ...SIZES, disks: RSSD },
];
