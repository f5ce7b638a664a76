import { isRefusal } from '../../clients/ucloud/ret-codes.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { findOwned, type OwnedResources } from '../owned/owned-resources.js';
import { transientProblem } from '../owned/transient-problem.js';

export interface RemoveNetworkRequest {
  readonly cluster: string;
  /** Ids that are the user's own: never deleted. */
  readonly keep: readonly string[];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly log: (text: string) => void;
  readonly next: Hint;
}

const PAUSE_MS = 1000;
/** Without subnets a VPC can go at once; what keeps it longer than this is not going to change. */
const TIMEOUT_MS = 60_000;
/** RetCode of a VPC without any peering. */
const NO_PEERING = 58103;
const ONCE = { retry: false, timeoutMs: 15_000 };

/** The networks and subnets of a cluster that are there and are nomadctl's. */
export async function findNetwork(
  api: UcloudApi,
  { cluster, keep, signal }: Pick<RemoveNetworkRequest, 'cluster' | 'keep' | 'signal'>,
): Promise<Pick<OwnedResources, 'subnets' | 'vpcs'>> {
  const { subnets, vpcs } = await findOwned(api, cluster, { signal, kinds: ['subnets', 'vpcs'] });
  return { subnets: subnets.filter(({ SubnetId }) => !keep.includes(SubnetId)), vpcs: vpcs.filter(({ VPCId }) => !keep.includes(VPCId)) };
}

/**
 * Deletes the VPCs of a cluster with their peerings, once their subnets are gone. Looks again after every round, so lost
 * answers and passing refusals do not matter. Returns how many there were.
 * @throws OutcomeError `network-not-removed` with what UCloud said.
 */
export async function removeNetwork(api: UcloudApi, request: RemoveNetworkRequest): Promise<number> {
  const { clock, signal } = request;
  const deadline = clock.now() + TIMEOUT_MS;
  const seen = new Set<string>();
  let problem = '';
  const note = (error: unknown): void => request.log((problem = transientProblem(error)));
  for (let round = 0; ; round++) {
    const network = await findNetwork(api, request).catch((error: unknown) => note(error));
    if (network?.vpcs.length === 0) return seen.size;
    const ids = network?.vpcs.map(({ VPCId }) => VPCId) ?? [];
    for (const VPCId of ids) {
      seen.add(VPCId);
      await partFrom(VPCId, api, signal).catch(note);
    }
    for (const VPCId of ids) await api.call('DeleteVPC', { VPCId }, { signal, ...ONCE }).catch(note);
    if (clock.now() > deadline) throw notRemoved(ids, request, problem);
    // A second look follows at once: mostly there is nothing left.
    if (round > 0 || problem !== '') await clock.sleep(PAUSE_MS, signal);
  }
}

/** A VPC with peerings can not be deleted; the other side may be the user's own, and stays. */
async function partFrom(VPCId: string, api: UcloudApi, signal: AbortSignal): Promise<void> {
  const { DataSet } = await api.call('DescribeVPCIntercom', { VPCId }, { signal }).catch((error: unknown) => {
    if (isRefusal(error, NO_PEERING)) return { DataSet: [] };
    throw error;
  });
  for (const { VPCId: DstVPCId, DstRegion, ProjectId: DstProjectId } of DataSet) {
    await api.call('DeleteVPCIntercom', { VPCId, DstVPCId, DstRegion, DstProjectId }, { signal, ...ONCE });
  }
}

function notRemoved(ids: readonly string[], { cluster, next }: RemoveNetworkRequest, problem: string): OutcomeError {
  return new OutcomeError(`the network of cluster ${cluster} could not be deleted: ${ids.join(', ')}`, {
    code: 'network-not-removed',
    why: problem,
    next,
    details: { left: ids },
  });
}
