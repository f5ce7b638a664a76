import { PrerequisiteError, UsageError } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { wantedHosts } from '../../../ucloud/settings/wanted-hosts.js';
import { sizeOf } from '../../../ucloud/settings/instance-type.js';
import type { Stock } from '../../../ucloud/hosts/stock.js';
import { instanceType } from '../../../ucloud/settings/option-checks.js';
import { bootDiskProblem, bootDisksFor, diskConflicts } from '../../../ucloud/settings/disk-rules.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import { formatAmount, type PriceList } from '../../../ucloud/prices/prices.js';
import type { InterviewContext } from './interview-context.js';

export interface SizeTools {
  readonly prices: PriceList;
  readonly stock: Stock;
}

export type TypeKey = 'consulServerType' | 'nomadServerType' | 'clientType';

const SERVER_SIZES = ['basic-2', 'standard-2', 'basic-4', 'standard-4'];
const CLIENT_SIZES = ['basic-2', 'standard-2', 'standard-4', 'highcpu-8', 'standard-8', 'highmem-8', 'standard-16'];
/** More would be a long list and many questions to UCloud. */
const MOST_FAMILIES = 2;
/** No type is called so. */
const OTHER = 'other';

/** Offers types that are in stock, each with its price, and any other by name. */
export async function chooseType(
  interview: InterviewContext,
  { key, message, prices, stock }: SizeTools & { readonly key: TypeKey; readonly message: string },
): Promise<string> {
  const { ask } = interview.ctx.ui;
  const settings = interview.settings() as UcloudSettings;
  const usual = settings[key];
  const sizes = key === 'clientType' ? CLIENT_SIZES : SERVER_SIZES;
  const offered = stock.families
    .filter((family) => diskProblem(interview, `${family.toLowerCase()}-basic-2`) === undefined)
    .slice(0, MOST_FAMILIES)
    .flatMap((family) => sizes.map((size) => `${family.toLowerCase()}-${size}`))
    .filter((type) => stock.hasSize(type) && diskProblem(interview, type) === undefined);
  const types = [...new Set([...(stock.soldOut(familyOf(usual))?.length === 0 ? [usual] : []), ...offered])];
  const choices = await mapBounded(types, REQUESTS_AT_ONCE, async (type) => ({
    value: type,
    hint: await hintOf(type, { settings, prices }),
  }));
  const first = types[0] ?? OTHER;
  const chosen = await ask.choice({
    message,
    choices: [...choices, { value: OTHER, label: 'another type' }],
    default: types.includes(usual) ? usual : first,
  });
  return chosen === OTHER
    ? ask.text({ message, default: usual, check: (text) => instanceType(text) ?? stock.problem(text) ?? diskProblem(interview, text) })
    : chosen;
}

/** One type of boot disk is for all hosts, so a type must go with those that were chosen before it. */
function diskProblem({ answers, isSettled, settings }: InterviewContext, type: string): string | undefined {
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

/**
 * Every type that a cluster needs can be had in its zones. A cluster that has its hosts is only warned: they stay.
 * @throws UsageError for what is not sold, PrerequisiteError for what is sold out.
 */
export function checkTypes(interview: InterviewContext, stock: Stock): void {
  const settings = interview.settings() as UcloudSettings;
  const types = [...new Set(wantedHosts(settings).map(({ instanceType: type }) => type))];
  for (const type of types) {
    const problem = stock.problem(type);
    if (problem === undefined) continue;
    const message = `instance type ${type} ${problem}`;
    if (!interview.request.isNew) {
      interview.ctx.ui.warn(`${message}: hosts that are there stay, new ones could not be made`);
      continue;
    }
    const families = stock.families.map((family) => `${family.toLowerCase()}-…`).join(', ');
    const parts = { why: `in stock: ${families || 'nothing'}`, next: interview.again(alternative(interview, stock)) };
    if (/sold out/.test(problem)) throw new PrerequisiteError(message, { code: 'ucloud-sold-out', ...parts });
    throw new UsageError(message, { code: 'ucloud-not-offered', ...parts });
  }
}

const CORES = [1, 2, 4, 8, 16, 32, 64];

/** Settings with the nearest types that can be had, and the disks that go with them; none when nothing near can be had. */
function alternative(interview: InterviewContext, stock: Stock): Partial<UcloudSettings> {
  const settings = interview.settings() as UcloudSettings;
  const known = [...new Set(TYPE_KEYS.map((key) => familyOf(settings[key])))];
  const families = [...stock.families].sort((a, b) => Number(known.includes(b)) - Number(known.includes(a)));
  const missing = TYPE_KEYS.filter((key) => stock.problem(settings[key]) !== undefined);
  // Another family for some hosts may need another for all, and other disks.
  for (const keys of [missing, TYPE_KEYS]) {
    for (const family of families) {
      const changes: Partial<UcloudSettings> = Object.fromEntries(keys.map((key) => [key, nearest(settings[key], family, stock)]));
      if (keys === TYPE_KEYS) Object.assign(changes, diskConflicts({ ...settings, ...changes })[0]?.fix);
      if (keys.length > 0 && diskConflicts({ ...settings, ...changes }).length === 0) return changes;
    }
  }
  return {};
}

/** Of a family, with as much memory for each core, and about as many cores. */
function nearest(type: string, family: string, stock: Stock): string {
  const [, scale = '', cores = ''] = type.split('-');
  const sizes = [...CORES].sort((a, b) => Math.abs(a - Number(cores)) - Math.abs(b - Number(cores)));
  const types = sizes.map((size) => `${family.toLowerCase()}-${scale}-${size}`);
  return types.find((name) => stock.hasSize(name)) ?? type;
}
