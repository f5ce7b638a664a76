import type { HostRequest, Price } from '../../clients/ucloud/account-model.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { setCommand } from '../../options/conflict.js';
import { imageOf, zoneOf } from '../../ucloud/terraform/assign-hosts.js';
import { chargePeriods } from '../../ucloud/prices/charge-periods.js';
import { wantedHosts, type WantedHost } from '../../ucloud/settings/wanted-hosts.js';
import { sizeOf } from '../../ucloud/settings/instance-type.js';
import { ucloudOf } from '../../ucloud/account/open-cloud.js';
import { findOwned } from '../../ucloud/owned/owned-resources.js';
import { formatPrice } from '../../ucloud/owned/price-owned.js';
import { stockOf } from '../../ucloud/hosts/stock.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/**
 * Checks UCloud's capacity for the missing hosts, and the account's balance. It runs before anything is made, since even a
 * network would have to be deleted again.
 */
export const checkCapacityStep = defineStep({
  id: 'check-capacity',
  title: 'Checking stock and balance',
  requires: ['zones', 'hostImages'],
  async isDone(at) {
    const missing = await missingHosts(at, await ucloudOf(at.cluster, at));
    return missing.length === 0
      ? { done: true, detail: 'every host is there' }
      : { done: false, because: `${amountOf(missing.length)} to be made` };
  },
  async run(at, io) {
    const api = await ucloudOf(at.cluster, at);
    const missing = await missingHosts(at, api);
    if (missing.length === 0) return { detail: 'every host is there' };
    await refuseUnsold(at, api, missing);
    const short: Batch[] = [];
    let cost = await priceOfAddresses(at, api, missing);
    for (const batch of batchesOf(missing, at)) {
      const { request, count, zone, type } = batch;
      io.line(`${type} in ${zone}`);
      if (!(await isInStock(api, { ...request, MaxCount: count }, at.signal))) short.push(batch);
      cost += await priceOfHosts(at, api, batch);
    }
    if (short.length > 0) throw outOfStock(short, at);
    const balance = await balanceOf(api, at.signal);
    if (balance !== undefined && balance < cost) throw tooPoor(balance, cost, at.cluster.settings.chargeType);
    const paid = balance === undefined ? '' : `, ${formatPrice(cost)} of ${formatPrice(balance)}`;
    return { detail: `${amountOf(missing.length)} in stock${paid}` };
  },
});

type At = UcloudContext<'zones' | 'hostImages'>;

const amountOf = (hosts: number): string => `${hosts} host${hosts === 1 ? '' : 's'}`;

/** What failed to be installed is made anew. */
const FAILED = ['Install Fail', 'ResizeFail'];

/** Known by tag and name, so that neither a network nor terraform is needed to tell. */
async function missingHosts({ cluster, signal }: At, api: UcloudApi): Promise<WantedHost[]> {
  const { hosts } = await findOwned(api, cluster.name, { signal, kinds: ['hosts'] });
  const there = new Set(hosts.filter(({ State }) => !FAILED.includes(State)).map(({ Name }) => Name));
  return wantedHosts(cluster.settings).filter(({ name }) => !there.has(`${cluster.name}-${name}`));
}

/** @throws PrerequisiteError for types that are not sold in these zones; the query for capacity does not tell. */
async function refuseUnsold({ cluster, state }: At, api: UcloudApi, missing: readonly WantedHost[]): Promise<void> {
  const places = new Map(missing.map(({ zones }) => [zones.join(), zones.length > 0 ? zones : state.zones]));
  for (const [place, zones] of places) {
    const stock = await stockOf(api, zones);
    const unsold = missing.find((host) => host.zones.join() === place && !stock.isSold(host.instanceType))?.instanceType;
    if (unsold === undefined) continue;
    throw new PrerequisiteError(`instance type ${unsold} ${stock.problem(unsold)}`, {
      code: 'ucloud-not-offered',
      why: `nothing was made; hosts go to ${zones.join(', ')}`,
      next: setCommand(cluster.name, { [keyOf(unsold, cluster)]: '<type>' }),
    });
  }
}

interface Batch {
  readonly zone: string;
  readonly type: string;
  readonly request: HostRequest;
  readonly chargeType: WantedHost['chargeType'];
  readonly count: number;
}

/** Hosts that are alike, asked for together, in the zones that they will go to. */
function batchesOf(hosts: readonly WantedHost[], { state }: At): Batch[] {
  const batches = new Map<string, Batch>();
  for (const host of hosts) {
    const { instanceType, bootDisk, bootDiskType, dataDisk, dataDiskType, chargeType } = host;
    const zone = zoneOf(host, state.zones);
    const imageId = imageOf(host, state.hostImages);
    const key = [zone, instanceType, imageId, bootDisk, bootDiskType, dataDisk, dataDiskType, chargeType].join();
    const before = batches.get(key);
    const disks = [
      { IsBoot: true, Type: bootDiskType.toUpperCase(), Size: bootDisk || BOOT_DISK_GB },
      ...(dataDisk > 0 ? [{ IsBoot: false, Type: dataDiskType.toUpperCase(), Size: dataDisk }] : []),
    ];
    const request = { Zone: zone, ImageId: imageId, ...sizeOf(instanceType), Disks: disks };
    batches.set(key, { zone, type: instanceType, request, chargeType, count: (before?.count ?? 0) + 1 });
  }
  return [...batches.values()];
}

/** Linux images are of that size; the provider makes the boot disk as large as its image. */
const BOOT_DISK_GB = 20;
async function isInStock(api: UcloudApi, request: HostRequest & { MaxCount: number }, signal: AbortSignal): Promise<boolean> {
  return (await api.call('CheckUHostResourceCapacity', request, { signal })).ResourceEnough;
}

/** What is to be paid at once: an hour, a month, a year. */
async function priceOfHosts({ signal }: At, api: UcloudApi, { request, chargeType, count }: Batch): Promise<number> {
  const ChargeType = chargePeriods[chargeType];
  const asked = { ...request, Count: count, ChargeType };
  return priceIn(ChargeType, async () => (await api.call('GetUHostInstancePrice', asked, { signal })).PriceSet);
}

async function priceOfAddresses({ cluster: { settings }, signal }: At, api: UcloudApi, hosts: readonly WantedHost[]): Promise<number> {
  const OperatorName = settings.region.startsWith('cn-') ? 'Bgp' : 'International';
  const open = hosts.filter(({ publicAddress }) => publicAddress);
  let sum = 0;
  for (const chargeType of new Set(open.map((host) => host.chargeType))) {
    const ChargeType = chargePeriods[chargeType];
    const asked = { OperatorName, Bandwidth: settings.bandwidth, PayMode: 'Traffic', ChargeType };
    const price = await priceIn(ChargeType, async () => (await api.call('GetEIPPrice', asked, { signal })).PriceSet);
    sum += price * open.filter((host) => host.chargeType === chargeType).length;
  }
  return sum;
}

/** A price that UCloud does not tell must keep nobody from having a cluster. */
async function priceIn(period: string, ask: () => Promise<readonly Price[]>): Promise<number> {
  const prices = await ask().catch((error: unknown) => {
    if (isRefusal(error)) return [];
    throw error;
  });
  return prices.find(({ ChargeType }) => ChargeType === period)?.Price ?? 0;
}

/** Nothing when the keys may not see it: that is no reason not to try. */
async function balanceOf(api: UcloudApi, signal: AbortSignal): Promise<number | undefined> {
  try {
    return Number((await api.call('GetBalance', {}, { signal })).AccountInfo.AmountAvailable);
  } catch (error) {
    if (isRefusal(error)) return undefined;
    throw error;
  }
}

/** The setting that asks for a type of host. */
function keyOf(type: string, { settings }: At['cluster']): string {
  const keys = ['consulServerType', 'nomadServerType', 'clientType'] as const;
  return keys.find((key) => settings[key] === type) ?? 'clientClasses';
}

function outOfStock(short: readonly Batch[], { cluster, state }: At): PrerequisiteError {
  const [first] = short;
  const others = state.zones.filter((zone) => !short.some((batch) => batch.zone === zone));
  const fix = others.length > 0 ? { zones: others } : { [keyOf(first?.type ?? '', cluster)]: '<type>' };
  return new PrerequisiteError(`UCloud is out of ${short.map(({ count, type, zone }) => `${count} of ${type} in ${zone}`).join(', ')}`, {
    code: 'out-of-stock',
    why: 'nothing was made for them; another instance type or other zones may do',
    next: setCommand(cluster.name, fix),
  });
}

function tooPoor(balance: number, cost: number, chargeType: string): PrerequisiteError {
  return new PrerequisiteError(`the balance of ${formatPrice(balance)} is too low`, {
    code: 'ucloud-balance',
    why: `what is missing costs ${formatPrice(cost)} at once, by charge type ${chargeType}; nothing was made for it`,
    next: hint`top up the account`,
  });
}
