import type { Subnet, SubnetHolder } from '../../clients/ucloud/network-model.js';
import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { transientProblem } from '../owned/transient-problem.js';

/** A subnet that is to be deleted, and what was last seen of it. */
export interface WaitingSubnet {
  readonly id: string;
  readonly name: string;
  /** Nothing sits in it, as far as UCloud shows: it is worth a try to delete it. */
  empty: boolean;
  holders: readonly SubnetHolder[];
  gone: boolean;
  /** Nobody knows what came of the last try. */
  unclear: boolean;
  /** What UCloud said last. */
  said: string;
}

/** UCloud's word for a subnet whose addresses it has not released yet. No document names it; terraform's provider waits for it. */
const STILL_HELD = 4411;
/** One attempt at a time, so that the pace of the wait holds. */
const ONCE = { retry: false, timeoutMs: 10_000 };

export function waitingSubnet({ SubnetId, SubnetName }: Subnet): WaitingSubnet {
  return { id: SubnetId, name: SubnetName, empty: false, holders: [], gone: false, unclear: false, said: '' };
}

/** One call: who sits in the subnet; after a try whose outcome is unknown, whether the subnet is there at all. */
export async function readHolders(subnet: WaitingSubnet, api: UcloudApi, signal: AbortSignal): Promise<void> {
  try {
    if (subnet.unclear) {
      const { DataSet } = await api.call('DescribeSubnet', { SubnetIds: [subnet.id] }, { signal, ...ONCE });
      subnet.gone = DataSet.length === 0;
      subnet.unclear = false;
      return;
    }
    const { DataSet } = await api.call('DescribeSubnetResource', { SubnetId: subnet.id, Limit: 100 }, { signal, ...ONCE });
    subnet.holders = DataSet;
    subnet.empty = DataSet.length === 0;
  } catch (error) {
    subnet.said = transientProblem(error);
    // Whoever is refused may be asking for a subnet that is gone.
    subnet.unclear = true;
  }
}

/** One call: the only sure way to learn whether a subnet can be deleted. True when it is gone. */
export async function tryToDelete(subnet: WaitingSubnet, api: UcloudApi, signal: AbortSignal): Promise<boolean> {
  try {
    await api.call('DeleteSubnet', { SubnetId: subnet.id }, { signal, ...ONCE });
    subnet.gone = true;
  } catch (error) {
    subnet.said = transientProblem(error);
    subnet.unclear = !isRefusal(error, STILL_HELD);
  }
  return subnet.gone;
}
