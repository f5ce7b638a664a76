import type { HostRequest } from '../../clients/ucloud/account-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import { PrerequisiteError } from '../../errors.js';
import type { AssignedHost } from '../../terraform/assign-hosts.js';
import { pictureOfCluster } from '../../terraform/cluster-picture.js';
import { clusterNeeds, clusterRequestOf, type ClusterNeeds } from '../../terraform/cluster-request.js';
import { openRoot } from '../../terraform/open-root.js';
import { sizeOf } from '../../ucloud/instance-type.js';
import { defineStep, type UcloudContext } from '../../ucloud/ucloud-subject.js';

/** Looks whether UCloud has the hosts that are missing, and the account the money, before any of them is made. */
export const checkCapacityStep = defineStep({
  id: 'check-capacity',
  title: 'Checking stock and balance',
  requires: [...clusterNeeds],
  async isDone(at) {
    const missing = await missingHosts(at);
    return missing.length === 0
      ? { done: true, detail: 'every host is there' }
      : { done: false, because: `${missing.length} hosts to be made` };
  },
  async run(at, io) {
    const missing = await missingHosts(at);
    const { api } = await clusterRequestOf(at, await openRoot(at, 'cluster'));
    const batches = batchesOf(missing, at);
    const short: string[] = [];
    let cost = 0;
    for (const { request, count, zone, type } of batches) {
      io.line(`${type} in ${zone}`);
      if (!(await isInStock(api, { ...request, MaxCount: count }, at.signal))) short.push(`${count} of ${type} in ${zone}`);
      cost += await priceOf(api, request, { count, chargeType: at.cluster.settings.chargeType, signal: at.signal });
    }
    if (short.length > 0) throw outOfStock(short, at);
    const balance = await balanceOf(api, at.signal);
    if (balance !== undefined && balance < cost) throw tooPoor(balance, cost, at.cluster.settings.chargeType);
    return { detail: `${missing.length} hosts in stock${balance === undefined ? '' : `, ¥${cost.toFixed(2)} of ¥${balance.toFixed(2)}`}` };
  },
});

type At = UcloudContext<ClusterNeeds>;

async function missingHosts(at: At): Promise<AssignedHost[]> {
  const scope = await openRoot(at, 'cluster');
  const { hosts, existing } = await pictureOfCluster(await clusterRequestOf(at, scope));
  return hosts.filter(({ name }) => !existing.some((host) => host.name === name));
}

interface Batch {
  readonly zone: string;
  readonly type: string;
  readonly request: HostRequest;
  readonly count: number;
}

/** Hosts that are alike, asked for together. */
function batchesOf(hosts: readonly AssignedHost[], { cluster: { settings } }: At): Batch[] {
  const batches = new Map<string, Batch>();
  for (const { zone, instanceType, imageId, dataDisk } of hosts) {
    const key = [zone, instanceType, imageId, dataDisk].join();
    const before = batches.get(key);
    const disks = [
      { IsBoot: true, Type: settings.bootDiskType.toUpperCase(), Size: BOOT_DISK_GB },
      ...(dataDisk > 0 ? [{ IsBoot: false, Type: settings.dataDiskType.toUpperCase(), Size: dataDisk }] : []),
    ];
    const request = { Zone: zone, ImageId: imageId, ...sizeOf(instanceType), Disks: disks };
    batches.set(key, { zone, type: instanceType, request, count: (before?.count ?? 0) + 1 });
  }
  return [...batches.values()];
}

/** Linux images are of that size; the provider makes the boot disk as large as its image. */
const BOOT_DISK_GB = 20;
async function isInStock(api: UcloudApi, request: HostRequest & { MaxCount: number }, signal: AbortSignal): Promise<boolean> {
  return (await api.call('CheckUHostResourceCapacity', request, { signal })).ResourceEnough;
}

const PERIODS = { dynamic: 'Dynamic', month: 'Month', year: 'Year' } as const;

/** What is to be paid at once: an hour, a month, a year. */
async function priceOf(
  api: UcloudApi,
  request: HostRequest,
  { count, chargeType, signal }: { count: number; chargeType: keyof typeof PERIODS; signal: AbortSignal },
): Promise<number> {
  const ChargeType = PERIODS[chargeType];
  const { PriceSet } = await api.call('GetUHostInstancePrice', { ...request, Count: count, ChargeType }, { signal });
  return PriceSet.find((price) => price.ChargeType === ChargeType)?.Price ?? 0;
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

function outOfStock(short: readonly string[], { cluster }: At): PrerequisiteError {
  return new PrerequisiteError(`UCloud is out of ${short.join(', ')}`, {
    code: 'out-of-stock',
    why: 'nothing was made; another instance type or other zones may do',
    next: `nomadctl config set clientType <type>, then nomadctl up ${cluster.name}`,
  });
}

function tooPoor(balance: number, cost: number, chargeType: string): PrerequisiteError {
  return new PrerequisiteError(`the balance of ¥${balance.toFixed(2)} is too low`, {
    code: 'ucloud-balance',
    why: `the hosts that are missing cost ¥${cost.toFixed(2)} at once, by charge type ${chargeType}; nothing was made`,
    next: 'top up the account',
  });
}
