import type { MachineType } from '../../clients/ucloud/account-model.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { sizeOf } from '../settings/instance-type.js';

/** What can be had in the zones of a cluster. */
export interface Stock {
  /** Zones where a family is sold out; nothing when it is not sold there at all. By the family's name in capitals. */
  soldOut(family: string): readonly string[] | undefined;
  /** Families that every zone has, the one of our defaults first. */
  readonly families: readonly string[];
  hasSize(type: string): boolean;
  /** Whether all zones have its family and size, in stock or not. */
  isSold(type: string): boolean;
  /** Why a type cannot be had in every zone, or nothing. */
  problem(type: string): string | undefined;
}

const FIRST = 'O';

/** What UCloud offers in these zones. Keys that may not ask, and regions that do not know the question, are no obstacle: `up` asks again for what it makes. */
export async function stockOf(api: UcloudApi, zones: readonly string[]): Promise<Stock> {
  const answers = await Promise.all(zones.map(async (zone) => ({ zone, types: await typesIn(api, zone) })));
  const byZone = answers.flatMap(({ zone, types }) => (types ? [{ zone, types }] : []));
  if (byZone.length === 0) return UNKNOWN;
  const soldOut = (family: string): readonly string[] | undefined => {
    if (!byZone.some(({ types }) => types.some(({ Name }) => Name === family))) return undefined;
    return byZone.filter(({ types }) => !types.some((type) => type.Name === family && type.Status !== 'Soldout')).map(({ zone }) => zone);
  };
  const names = [...new Set(byZone.flatMap(({ types }) => types.map(({ Name }) => Name)))];
  const families = names.filter((name) => soldOut(name)?.length === 0).sort((a, b) => Number(b === FIRST) - Number(a === FIRST));
  const hasSize = (type: string): boolean => byZone.every(({ types }) => sizeIn(types, type));
  const problem = (type: string): string | undefined => {
    const where = soldOut(sizeOf(type).MachineType);
    if (where === undefined) return `is not sold in these zones: ${families.map((family) => family.toLowerCase()).join(', ')} are`;
    if (where.length > 0) return `is sold out in ${where.join(', ')}`;
    return hasSize(type) ? undefined : 'is no size of its family';
  };
  const isSold = (type: string): boolean => soldOut(sizeOf(type).MachineType) !== undefined && hasSize(type);
  return { soldOut, families, hasSize, isSold, problem };
}

const UNKNOWN: Stock = { soldOut: () => [], families: [FIRST], hasSize: () => true, isSold: () => true, problem: () => undefined };

const UNANSWERED = [160, 161, 299];

async function typesIn(api: UcloudApi, zone: string): Promise<readonly MachineType[] | undefined> {
  try {
    return (await api.call('DescribeAvailableInstanceTypes', { Zone: zone })).AvailableInstanceTypes;
  } catch (error) {
    if (isRefusal(error, ...UNANSWERED)) return undefined;
    throw error;
  }
}

/** A family that does not list its sizes is given the benefit of the doubt. */
function sizeIn(types: readonly MachineType[], name: string): boolean {
  const { MachineType, CPU, Memory: memory } = sizeOf(name);
  const collections = types
    .filter(({ Name }) => Name === MachineType)
    .flatMap(({ MachineSizes = [] }) => MachineSizes.flatMap(({ Collection = [] }) => Collection));
  return collections.length === 0 || collections.some(({ Cpu, Memory }) => Cpu === CPU && Memory.includes(memory / 1024));
}
