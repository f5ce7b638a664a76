import type { Kind } from '../records/kinds.js';
import { invalid } from '../params/refusal.js';
import { baseImages, type BaseImage, type SeedImage } from './base-images.js';
import { builtInTypes, unlistedTypes, type InstanceType } from './instance-types.js';
import { madeUpPrices, type Prices } from './prices.js';

/** Kinds that may have a quota. */
export const quotaKinds = ['host', 'eip', 'disk', 'vpc', 'subnet', 'firewall', 'ulb'] as const;
export type QuotaKind = (typeof quotaKinds)[number];

/** What a seed adds to what the cloud offers, or changes of it. */
export interface CatalogueSeed {
  readonly images?: readonly SeedImage[] | undefined;
  /** In the place of the built-in one of that name, if there is one. */
  readonly instanceTypes?: readonly InstanceType[] | undefined;
  readonly quotas?: { readonly [K in QuotaKind]?: number | undefined } | undefined;
  readonly prices?: { readonly [K in keyof Prices]?: Prices[K] | undefined } | undefined;
}

/** What the cloud offers: the same for all. */
export interface Catalogue {
  images(region: string): readonly BaseImage[];
  /** Those of `DescribeAvailableInstanceTypes`. */
  readonly instanceTypes: readonly InstanceType[];
  /** How many of a kind a project may have in a region; absent: any number. */
  quota(kind: Kind): number | undefined;
  readonly prices: Prices;
  /** @throws Refusal for a type that there is not, there or at all. */
  needType(name: string, zone?: string): InstanceType;
  /** @throws Refusal for a size that a type of the seed does not have. Built-in ones take all sizes. */
  checkSize(type: InstanceType, size: { readonly CPU: number; readonly Memory: number }): void;
}

export function createCatalogue({ images = [], instanceTypes = [], quotas = {}, prices = {} }: CatalogueSeed = {}): Catalogue {
  const byRegion = new Map<string, readonly BaseImage[]>();
  const own = new Set(instanceTypes.map(({ name }) => name));
  const listed = [...builtInTypes.filter(({ name }) => !own.has(name)), ...instanceTypes];
  const all = [...listed, ...unlistedTypes.filter(({ name }) => !own.has(name))];
  return {
    images(region) {
      const known = byRegion.get(region) ?? baseImages(region, images);
      byRegion.set(region, known);
      return known;
    },
    instanceTypes: listed,
    quota: (kind) => quotas[kind as QuotaKind],
    prices: pricesWith(prices),
    needType(name, zone) {
      const type = all.find((one) => one.name === name);
      if (!type) throw invalid('MachineType', `must be one of ${all.map((one) => one.name).join(', ')}`);
      if (zone !== undefined && type.zones && !type.zones.includes(zone)) throw invalid('MachineType', `${name} is not in ${zone}`);
      return type;
    },
    checkSize(type, { CPU, Memory }) {
      if (!own.has(type.name)) return;
      if (!type.cpus.includes(CPU)) throw invalid('CPU', `must be one of ${type.cpus.join(', ')} for ${type.name}`);
      const memory = type.memoryPerCpu.map((gigabytes) => CPU * gigabytes * 1024);
      if (!memory.includes(Memory)) throw invalid('Memory', `must be one of ${memory.join(', ')} for ${CPU} cores of ${type.name}`);
    },
  };
}

function pricesWith({ diskGb, ...others }: NonNullable<CatalogueSeed['prices']>): Prices {
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  return { ...madeUpPrices, ...given, diskGb: { ...madeUpPrices.diskGb, ...diskGb } };
}
