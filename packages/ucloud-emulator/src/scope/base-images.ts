import { createHash } from 'node:crypto';

/** UCloud's own images: the same in every zone, never deleted, so they are no records. */
export interface BaseImage {
  readonly id: string;
  readonly name: string;
  readonly osName: string;
  readonly osType: 'Linux' | 'Windows';
  readonly size: number;
  readonly features: readonly string[];
  readonly created: number;
}

/** An image that a seed adds to those of UCloud. */
export interface SeedImage {
  /** As `DescribeImage` lists it: `CentOS 7.6 64位`. */
  readonly name: string;
  /** Default: the name. */
  readonly osName?: string | undefined;
  /** Default: Linux. */
  readonly osType?: 'Linux' | 'Windows' | undefined;
  /** In GB. Default: 20, of Windows 40. */
  readonly size?: number | undefined;
  /** Default: all that there are. */
  readonly features?: readonly string[] | undefined;
  /** Default: every region. In a region it is in every zone. */
  readonly regions?: readonly string[] | undefined;
}

/** What an image may say of itself, as the terraform provider and packer read it. */
export const imageFeatures = ['CloudInit', 'NetEnhanced', 'HotPlug', 'RssdAttachable'] as const;

const RELEASED = Date.UTC(2024, 4, 1);
const DAY = 86_400_000;
/** Before UCloud's kernels ("高内核") CentOS took no RSSD disks. */
const OLD_KERNEL = ['CloudInit', 'NetEnhanced', 'HotPlug'];
const NO_CLOUD_INIT = ['NetEnhanced'];

const systems = (names: readonly string[], features?: readonly string[]): readonly SeedImage[] =>
  names.map((name) => ({ name: `${name} 64位`, features }));

/** The newest first: who takes the first that it finds takes that. */
const CATALOGUE: readonly SeedImage[] = [
  ...systems(['Ubuntu 24.04', 'Ubuntu 22.04', 'Ubuntu 20.04', 'Debian 12.0', 'Rocky 9.0', 'CentOS 7.9']),
  // Old ones run no cloud-init: user data is refused by clients that look.
  ...systems(['CentOS 6.10'], NO_CLOUD_INIT),
  {
    name: 'Windows 2022 64位 中文版',
    osName: 'Windows 2022 64位',
    osType: 'Windows',
    features: ['NetEnhanced', 'HotPlug', 'RssdAttachable'],
  },
  // What the tests of UCloud's SDKs, its command line and the examples of its terraform provider ask for.
  { name: '高内核CentOS 7.6 64位', osName: 'CentOS 7.6 64位' },
  ...systems(['CentOS 8.2', 'CentOS 7.6', 'CentOS 7.4', 'CentOS 7.3', 'CentOS 7.2', 'CentOS 7.1', 'CentOS 7.0'], OLD_KERNEL),
  ...systems(['Ubuntu 18.04', 'Ubuntu 16.04'], OLD_KERNEL),
  ...systems(['CentOS 6.5'], NO_CLOUD_INIT),
];

export const builtInImages: readonly string[] = CATALOGUE.map(({ name }) => name);

/** @param added by a seed: after those of UCloud. Ids follow from region and name, so that they stay the same. */
export function baseImages(region: string, added: readonly SeedImage[]): readonly BaseImage[] {
  return [...CATALOGUE, ...added]
    .map((image, index) => ({ ...image, created: RELEASED - index * DAY }))
    .filter(({ regions }) => regions?.includes(region) ?? true)
    .map(({ name, osName = name, osType = 'Linux', size = osType === 'Windows' ? 40 : 20, features = imageFeatures, created }) => ({
      ...{ id: `uimage-${digest(`${region}/${name}`)}`, name, osName, osType, size, features, created },
    }));
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
