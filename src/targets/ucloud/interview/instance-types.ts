import type { MachineType } from '../../../clients/ucloud/account-model.js';
import { isRefusal } from '../../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../../clients/ucloud/ucloud-api.js';
import { PrerequisiteError, UsageError } from '../../../errors.js';
import { wantedHosts } from '../../../terraform/wanted-hosts.js';
import { sizeOf } from '../../../ucloud/instance-type.js';
import { instanceType } from '../option-checks.js';
import { bootDiskProblem, bootDisksFor } from '../disk-rules.js';
import type { UcloudSettings } from '../options.js';
import { formatAmount } from '../prices.js';
import type { Desk } from './desk.js';
import type { SizeTools, TypeKey } from './settle-size.js';

/** What can be had in the zones of a cluster. */
export interface Stock {
  /** Zones where a family is sold out; nothing when it is not sold there at all. By the family's name in capitals. */
  soldOut(family: string): readonly string[] | undefined;
  /** Families that every zone has, the one of our defaults first. */
  readonly families: readonly string[];
  hasSize(type: string): boolean;
}

const FIRST = 'O';

/** Keys that may not ask, and regions that do not know the question, are no obstacle: `up` asks again for what it makes. */
export async function stockOf(api: UcloudApi, zones: readonly string[]): Promise<Stock> {
  const answers = await Promise.all(zones.map(async (zone) => ({ zone, types: await typesIn(api, zone) })));
  const byZone = answers.flatMap(({ zone, types }) => (types ? [{ zone, types }] : []));
  if (byZone.length === 0) return { soldOut: () => [], families: [FIRST], hasSize: () => true };
  const soldOut = (family: string): readonly string[] | undefined => {
    if (!byZone.some(({ types }) => types.some(({ Name }) => Name === family))) return undefined;
    return byZone.filter(({ types }) => !types.some((type) => type.Name === family && type.Status !== 'Soldout')).map(({ zone }) => zone);
  };
  const names = [...new Set(byZone.flatMap(({ types }) => types.map(({ Name }) => Name)))];
  const families = names.filter((name) => soldOut(name)?.length === 0).sort((a, b) => Number(b === FIRST) - Number(a === FIRST));
  return { soldOut, families, hasSize: (type) => byZone.every(({ types }) => hasSize(types, type)) };
}

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
function hasSize(types: readonly MachineType[], name: string): boolean {
  const { MachineType, CPU, Memory: memory } = sizeOf(name);
  const collections = types
    .filter(({ Name }) => Name === MachineType)
    .flatMap(({ MachineSizes = [] }) => MachineSizes.flatMap(({ Collection = [] }) => Collection));
  return collections.length === 0 || collections.some(({ Cpu, Memory }) => Cpu === CPU && Memory.includes(memory / 1024));
}

const SERVER_SIZES = ['basic-2', 'standard-2', 'basic-4', 'standard-4'];
const CLIENT_SIZES = ['basic-2', 'standard-2', 'standard-4', 'highcpu-8', 'standard-8', 'highmem-8', 'standard-16'];
/** More would be a long list and many questions to UCloud. */
const MOST_FAMILIES = 2;
/** No type is called so. */
const OTHER = 'other';

/** Offers types that are in stock, each with its price, and any other by name. */
export async function chooseType(
  desk: Desk,
  { key, message, prices, stock }: SizeTools & { readonly key: TypeKey; readonly message: string },
): Promise<string> {
  const { ask } = desk.ctx.ui;
  const settings = desk.settings() as UcloudSettings;
  const usual = settings[key];
  const sizes = key === 'clientType' ? CLIENT_SIZES : SERVER_SIZES;
  const offered = stock.families
    .filter((family) => diskProblem(desk, `${family.toLowerCase()}-basic-2`) === undefined)
    .slice(0, MOST_FAMILIES)
    .flatMap((family) => sizes.map((size) => `${family.toLowerCase()}-${size}`))
    .filter((type) => stock.hasSize(type) && diskProblem(desk, type) === undefined);
  const types = [...new Set([...(stock.soldOut(familyOf(usual))?.length === 0 ? [usual] : []), ...offered])];
  const choices = await Promise.all(types.map(async (type) => ({ value: type, hint: await hintOf(type, { settings, prices }) })));
  const first = types[0] ?? OTHER;
  const chosen = await ask.choice({
    message,
    choices: [...choices, { value: OTHER, label: 'another type' }],
    default: types.includes(usual) ? usual : first,
  });
  return chosen === OTHER
    ? ask.text({ message, default: usual, check: (text) => instanceType(text) ?? stockProblem(text, stock) ?? diskProblem(desk, text) })
    : chosen;
}

/** One type of boot disk is for all hosts, so a type must go with those that were chosen before it. */
function diskProblem({ answers, isSettled, settings }: Desk, type: string): string | undefined {
  const { bootDiskType } = settings();
  if (bootDiskType !== undefined && isSettled('bootDiskType')) return bootDiskProblem(type, bootDiskType);
  const chosen = TYPE_KEYS.flatMap((key) => (typeof answers[key] === 'string' ? [answers[key]] : []));
  return bootDisksFor([...chosen, type]).length > 0 ? undefined : `has no type of boot disk in common with ${chosen.join(', ')}`;
}

const TYPE_KEYS = ['consulServerType', 'nomadServerType', 'clientType'] as const;

async function hintOf(type: string, { settings, prices }: { settings: UcloudSettings; prices: SizeTools['prices'] }): Promise<string> {
  const { CPU, Memory } = sizeOf(type);
  const price = await prices.host(type, settings);
  return [`${CPU} cores, ${Memory / 1024} GB`, ...(price ? [formatAmount(price, settings.chargeType)] : [])].join(', ');
}

const familyOf = (type: string): string => sizeOf(type).MachineType;

function stockProblem(type: string, stock: Stock): string | undefined {
  const soldOut = stock.soldOut(familyOf(type));
  if (soldOut === undefined) return `is not sold in these zones: ${stock.families.map((family) => family.toLowerCase()).join(', ')} are`;
  if (soldOut.length > 0) return `is sold out in ${soldOut.join(', ')}`;
  return stock.hasSize(type) ? undefined : 'is no size of its family';
}

/**
 * Every type that a cluster needs can be had in its zones. A cluster that has its hosts is only warned: they stay.
 * @throws UsageError for what is not sold, PrerequisiteError for what is sold out.
 */
export function checkTypes(desk: Desk, stock: Stock): void {
  const settings = desk.settings() as UcloudSettings;
  const types = [...new Set(wantedHosts(settings).map(({ instanceType: type }) => type))];
  for (const type of types) {
    const problem = stockProblem(type, stock);
    if (problem === undefined) continue;
    const message = `instance type ${type} ${problem}`;
    if (!desk.request.isNew) {
      desk.ctx.ui.warn(`${message}: hosts that are there stay, new ones could not be made`);
      continue;
    }
    const families = stock.families.map((family) => `${family.toLowerCase()}-…`).join(', ');
    const parts = { why: `in stock: ${families || 'nothing'}`, next: 'choose another type or other zones: nomadctl init --help' };
    if (/sold out/.test(problem)) throw new PrerequisiteError(message, { code: 'ucloud-sold-out', ...parts });
    throw new UsageError(message, { code: 'ucloud-not-offered', ...parts });
  }
}
