import type { HostRequest, Price } from '../../clients/ucloud/account-model.js';
import type { Host } from '../../clients/ucloud/host-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { isAbort } from '@nomadctl/base/errors';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { OwnedResources } from './owned-resources.js';

/** In CNY, at today's prices. */
export interface Cost {
  readonly perHour: number;
  readonly perMonth: number;
}

/** What costs nothing at UCloud is not in here, nor is what has no price to be asked for. By id. */
export type Costs = ReadonlyMap<string, Cost>;

const HOURS_PER_MONTH = 730;

/**
 * What things cost, each question asked once for all that are alike. A price that UCloud does not tell is left out: it
 * must not keep anybody from giving the thing back.
 */
export async function priceOwned(api: UcloudApi, owned: OwnedResources, signal: AbortSignal): Promise<Costs> {
  const asked = new Map<string, Promise<Cost | undefined>>();
  const once = (key: string, ask: () => Promise<readonly Price[]>): Promise<Cost | undefined> => {
    const before = asked.get(key);
    if (before) return before;
    const answer = ask()
      .then(costOf)
      .catch((error: unknown) => {
        if (signal.aborted || isAbort(error)) throw error;
        return undefined;
      });
    asked.set(key, answer);
    return answer;
  };
  const questions = [
    ...owned.hosts.map((host) => async () => {
      const request = requestOf(host);
      const ask = async () => (await api.call('GetUHostInstancePrice', { ...request, Count: 1 }, { signal })).PriceSet;
      return [host.UHostId, await once(JSON.stringify(request), ask)] as const;
    }),
    ...owned.eips.map(({ EIPId, EIPAddr, Bandwidth, PayMode }) => async () => {
      const request = { OperatorName: EIPAddr[0]?.OperatorName ?? 'Bgp', Bandwidth, PayMode };
      const ask = async () => (await api.call('GetEIPPrice', request, { signal })).PriceSet;
      return [EIPId, await once(JSON.stringify(request), ask)] as const;
    }),
    ...owned.disks.map(({ UDiskId, Zone, Size, DiskType }) => async () => {
      const request = { Zone, Size, DiskType };
      const ask = async () =>
        (await api.call('DescribeUDiskPrice', request, { signal })).DataSet.map((cents) => ({ ...cents, Price: cents.Price / 100 }));
      return [UDiskId, await once(JSON.stringify(request), ask)] as const;
    }),
  ];
  const priced = await mapBounded(questions, REQUESTS_AT_ONCE, (ask) => ask());
  return new Map(priced.flatMap(([id, cost]) => (cost ? [[id, cost] as const] : [])));
}

export function totalCost(costs: Costs): Cost {
  const all = [...costs.values()];
  return {
    perHour: all.reduce((sum, { perHour }) => sum + perHour, 0),
    perMonth: all.reduce((sum, { perMonth }) => sum + perMonth, 0),
  };
}

/** `¥1.93`: UCloud bills in CNY, to the fen. */
export function formatPrice(yuan: number): string {
  return `¥${yuan.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

/** By the hour where there is such a price: that is how nomadctl buys. */
function costOf(prices: readonly Price[]): Cost | undefined {
  const hourly = prices.find(({ ChargeType }) => ChargeType === 'Dynamic')?.Price;
  const monthly = prices.find(({ ChargeType }) => ChargeType === 'Month')?.Price;
  if (hourly !== undefined) return { perHour: hourly, perMonth: hourly * HOURS_PER_MONTH };
  return monthly === undefined ? undefined : { perHour: monthly / HOURS_PER_MONTH, perMonth: monthly };
}

/** Disks that came with a host are in its price. */
function requestOf({ Zone, BasicImageId, CPU, Memory, MachineType, DiskSet }: Host): HostRequest {
  const Disks = DiskSet.map(({ IsBoot, DiskType, Size }) => ({ IsBoot: IsBoot === 'True', Type: DiskType, Size }));
  return { Zone, ImageId: BasicImageId, CPU, Memory, MachineType, CpuPlatform: 'Intel', Disks };
}
