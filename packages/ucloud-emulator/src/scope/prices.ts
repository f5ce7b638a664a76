/**
 * Prices in CNY, made up in the order of magnitude of the real ones: for trying what asks for a price, not for budgets.
 * By the month; an hour costs more than its share of one, a year as much as ten months. A seed may give others.
 */
export interface Prices {
  readonly core: number;
  readonly memoryGb: number;
  /** By type, as hosts spell it; `other` for those that are not there. */
  readonly diskGb: Readonly<Record<string, number>>;
  /** Of bandwidth that an address has for itself, or that addresses share. */
  readonly mbps: number;
  /** An address that is charged by traffic: what passes is billed apart. */
  readonly trafficAddress: number;
}

export const madeUpPrices: Prices = {
  core: 35,
  memoryGb: 16,
  diskGb: { LOCAL_NORMAL: 0.3, LOCAL_SSD: 0.8, CLOUD_NORMAL: 0.3, CLOUD_SSD: 0.9, CLOUD_RSSD: 1.1, CLOUD_ESSD: 1.1, other: 0.9 },
  mbps: 20,
  trafficAddress: 15,
};

const PERIODS = { Year: 10, Month: 1, Dynamic: 1 / 500 } as const;
export const pricedPeriods = Object.keys(PERIODS) as (keyof typeof PERIODS)[];

export function forPeriod(monthly: number, chargeType: string): number {
  return Math.round(monthly * (PERIODS[chargeType as keyof typeof PERIODS] ?? PERIODS.Dynamic) * 1000) / 1000;
}

export function diskByMonth({ diskGb }: Prices, { Type, Size }: { readonly Type: string; readonly Size: number }): number {
  return (diskGb[Type] ?? diskGb['other'] ?? 0) * Size;
}

export interface PricedHost {
  readonly CPU: number;
  readonly Memory: number;
  readonly Disks: readonly { readonly Type: string; readonly Size: number }[];
}

export function hostByMonth(prices: Prices, { CPU, Memory, Disks }: PricedHost): number {
  return CPU * prices.core + (Memory / 1024) * prices.memoryGb + Disks.reduce((sum, disk) => sum + diskByMonth(prices, disk), 0);
}

/** By traffic the address itself costs little. */
export function eipByMonth(prices: Prices, { Bandwidth, PayMode }: { readonly Bandwidth: number; readonly PayMode: string }): number {
  return PayMode === 'Traffic' ? prices.trafficAddress : Bandwidth * prices.mbps;
}
