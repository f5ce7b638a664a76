import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import type { Price } from '../../clients/ucloud/account-model.js';
import type { Image } from '../../clients/ucloud/host-model.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { chargePeriods } from './charge-periods.js';
import { wantedHosts, type WantedHost } from '../settings/wanted-hosts.js';
import { sizeOf } from '../settings/instance-type.js';
import { formatPrice } from '../owned/price-owned.js';
import type { UcloudSettings } from '../settings/options.js';

/** In CNY, for the period of the charge type. */
type Amounts = Readonly<Record<UcloudSettings['chargeType'], number>>;

type Priced = Pick<WantedHost, 'instanceType' | 'bootDisk' | 'bootDiskType' | 'dataDisk' | 'dataDiskType' | 'zones'>;

/** What clusters would cost at today's prices. Each question is asked once. */
export interface PriceList {
  /** The whole cluster: hosts with their disks, and public addresses, all by one charge type; volumes and traffic are billed apart. Nothing when UCloud does not tell. */
  cluster(settings: UcloudSettings): Promise<Amounts | undefined>;
  /** One host of a type, with its boot disk. */
  host(type: string, settings: UcloudSettings): Promise<Amounts | undefined>;
  /** `≈ ¥1.93/hour`, or nothing. */
  hint(settings: UcloudSettings): Promise<string>;
}

const HOURS_PER_MONTH = 730;

export function priceList(api: UcloudApi, image: Pick<Image, 'ImageId' | 'ImageSize'>): PriceList {
  const asked = new Map<string, Promise<Amounts | undefined>>();
  const once = (key: string, ask: () => Promise<readonly Price[]>): Promise<Amounts | undefined> => {
    const before = asked.get(key) ?? ask().then(amountsIn).catch(untold);
    asked.set(key, before);
    return before;
  };
  const host = (asked: Priced, { zones }: UcloudSettings): Promise<Amounts | undefined> => {
    const { instanceType, bootDisk, bootDiskType, dataDisk, dataDiskType } = asked;
    const request = {
      Zone: asked.zones[0] ?? zones[0] ?? '',
      ImageId: image.ImageId,
      ...sizeOf(instanceType),
      CpuPlatform: 'Intel',
      Disks: [
        { IsBoot: true, Type: bootDiskType.toUpperCase(), Size: bootDisk || image.ImageSize },
        ...(dataDisk === 0 ? [] : [{ IsBoot: false, Type: dataDiskType.toUpperCase(), Size: dataDisk }]),
      ],
      Count: 1,
    };
    return once(JSON.stringify(request), async () => (await api.call('GetUHostInstancePrice', request)).PriceSet);
  };
  const address = ({ region, bandwidth }: UcloudSettings): Promise<Amounts | undefined> => {
    const request = { OperatorName: region.startsWith('cn-') ? 'Bgp' : 'International', Bandwidth: bandwidth, PayMode: 'Traffic' };
    return once(JSON.stringify(request), async () => (await api.call('GetEIPPrice', request)).PriceSet);
  };
  const cluster = async (settings: UcloudSettings): Promise<Amounts | undefined> => {
    const hosts = wantedHosts(settings);
    const questions = [
      ...hosts.map((one) => () => host(one, settings)),
      ...hosts.filter(({ publicAddress }) => publicAddress).map(() => () => address(settings)),
    ];
    const parts = await mapBounded(questions, REQUESTS_AT_ONCE, (ask) => ask());
    return parts.every((part) => part !== undefined) ? sum(parts) : undefined;
  };
  return {
    cluster,
    host: (instanceType, settings) => {
      const { bootDiskType, dataDiskType } = settings;
      return host({ instanceType, bootDisk: 0, bootDiskType, dataDisk: 0, dataDiskType, zones: [] }, settings);
    },
    async hint(settings) {
      const amounts = await cluster(settings);
      return amounts ? `≈ ${formatAmount(amounts, settings.chargeType)}` : '';
    },
  };
}

/** `¥1.93/hour`, `¥880.00/month`. */
export function formatAmount(amounts: Amounts, chargeType: UcloudSettings['chargeType']): string {
  return `${formatPrice(amounts[chargeType])}/${{ dynamic: 'hour', month: 'month', year: 'year' }[chargeType]}`;
}

/** Both figures that people compare, whichever period is paid for. */
export function byHourAndMonth(
  amounts: Amounts,
  chargeType: UcloudSettings['chargeType'],
): { readonly perHour: number; readonly perMonth: number } {
  const hours = { dynamic: 1, month: HOURS_PER_MONTH, year: HOURS_PER_MONTH * 12 }[chargeType];
  const perHour = amounts[chargeType] / hours;
  return { perHour: toFen(perHour), perMonth: toFen(perHour * HOURS_PER_MONTH) };
}

const toFen = (yuan: number): number => Math.round(yuan * 100) / 100;

function amountsIn(prices: readonly Price[]): Amounts | undefined {
  const found = Object.entries(chargePeriods).map(
    ([period, name]) => [period, prices.find(({ ChargeType }) => ChargeType === name)?.Price] as const,
  );
  return found.some(([, price]) => price === undefined) ? undefined : (Object.fromEntries(found) as Amounts);
}

const sum = (parts: readonly Amounts[]): Amounts => ({
  dynamic: parts.reduce((total, { dynamic }) => total + dynamic, 0),
  month: parts.reduce((total, { month }) => total + month, 0),
  year: parts.reduce((total, { year }) => total + year, 0),
});

/** A price that UCloud does not tell must keep nobody from having a cluster. */
function untold(error: unknown): undefined {
  if (isRefusal(error)) return undefined;
  throw error;
}
