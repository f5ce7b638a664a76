/**
 * Prices in CNY, made up in the order of magnitude of the real ones: for trying what asks for a price, not for budgets.
 * By the month; an hour costs more than its share of one, a year as much as ten months.
 */
const CORE = 35;
const MEMORY_GB = 16;
const DISK_GB: Readonly<Record<string, number>> = {
  LOCAL_NORMAL: 0.3,
  LOCAL_SSD: 0.8,
  CLOUD_NORMAL: 0.3,
  CLOUD_SSD: 0.9,
  CLOUD_RSSD: 1.1,
  CLOUD_ESSD: 1.1,
};
const MBPS = 20;
const TRAFFIC_ADDRESS = 15;

const PERIODS = { Year: 10, Month: 1, Dynamic: 1 / 500 } as const;
export const pricedPeriods = Object.keys(PERIODS) as (keyof typeof PERIODS)[];

export function forPeriod(monthly: number, chargeType: string): number {
  return Math.round(monthly * (PERIODS[chargeType as keyof typeof PERIODS] ?? PERIODS.Dynamic) * 1000) / 1000;
}

export function diskByMonth(type: string, gigabytes: number): number {
  return (DISK_GB[type] ?? 0.9) * gigabytes;
}

export function hostByMonth({
  CPU,
  Memory,
  Disks,
}: {
  readonly CPU: number;
  readonly Memory: number;
  readonly Disks: readonly { readonly Type: string; readonly Size: number }[];
}): number {
  return CPU * CORE + (Memory / 1024) * MEMORY_GB + Disks.reduce((sum, { Type, Size }) => sum + diskByMonth(Type, Size), 0);
}

/** By traffic the address itself costs little; what passes is billed apart. */
export function eipByMonth({ Bandwidth, PayMode }: { readonly Bandwidth: number; readonly PayMode: string }): number {
  return PayMode === 'Traffic' ? TRAFFIC_ADDRESS : Bandwidth * MBPS;
}
