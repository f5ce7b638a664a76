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

const RELEASED = Date.UTC(2024, 4, 1);
const FULL = ['CloudInit', 'NetEnhanced', 'HotPlug', 'RssdAttachable'];

const CATALOGUE: readonly Omit<BaseImage, 'id' | 'created'>[] = [
  ...['Ubuntu 24.04 64位', 'Ubuntu 22.04 64位', 'Ubuntu 20.04 64位', 'Debian 12.0 64位', 'Rocky 9.0 64位', 'CentOS 7.9 64位'].map(
    (name) => ({
      name,
      osName: name,
      osType: 'Linux' as const,
      size: 20,
      features: FULL,
    }),
  ),
  // An old one that runs no cloud-init: user data is refused by clients that look.
  { name: 'CentOS 6.10 64位', osName: 'CentOS 6.10 64位', osType: 'Linux', size: 20, features: ['NetEnhanced'] },
  {
    name: 'Windows 2022 64位 中文版',
    osName: 'Windows 2022 64位',
    osType: 'Windows',
    size: 40,
    features: ['NetEnhanced', 'HotPlug', 'RssdAttachable'],
  },
];

const byRegion = new Map<string, readonly BaseImage[]>();

export function baseImages(region: string): readonly BaseImage[] {
  const known = byRegion.get(region);
  if (known) return known;
  const images = CATALOGUE.map((image, index) => ({
    ...image,
    id: `uimage-${digest(`${region}/${image.name}`)}`,
    created: RELEASED - index * 86_400_000,
  }));
  byRegion.set(region, images);
  return images;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 8);
