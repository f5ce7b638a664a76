import type { SubnetHolder } from '../../clients/ucloud/network-model.js';
import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { hint, type Hint } from '@nomadctl/base/hint/hint';
import type { Clock } from '@nomadctl/base/clock';
import { formatDuration } from '@nomadctl/base/duration';
import { ownershipOf } from '../owned/ownership.js';
import { findOwned } from '../owned/owned-resources.js';
import { retryRead } from '../owned/retry-read.js';
import { readHolders, tryToDelete, waitingSubnet, type WaitingSubnet } from './watch-subnets.js';

export interface ReleaseRequest {
  readonly cluster: string;
  /** Ids that are the user's own: never deleted. */
  readonly keep: readonly string[];
  /** Ids of hosts that the cluster had. */
  readonly hosts: readonly string[];
  /** When the wait began, in an earlier run maybe. Milliseconds since 1970. */
  readonly since: number;
  readonly timeoutMs: number;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly line: (text: string) => void;
  /** The command that goes on. */
  readonly next: Hint;
}

/** Of the calls while it waits. */
const PACE_MS = 2000;
const SECOND_MS = 1000;
const USUAL = 'usually under 10 min';

/**
 * Waits until UCloud releases the subnets of a cluster, and deletes them. UCloud keeps addresses taken for about ten
 * minutes after their hosts are gone. The list of a subnet's holders is empty long before, so only an attempt to delete it
 * tells. Every second call is such an attempt; once it succeeds, the other subnets are tried at once. The calls between
 * list the holders. The last subnet is deleted at most four seconds after UCloud has released it. Returns how many were
 * deleted.
 * @throws OutcomeError `network-foreign-holder` for something that is not the cluster's, `network-wait-timeout`.
 */
export async function releaseNetwork(api: UcloudApi, request: ReleaseRequest): Promise<number> {
  const { clock, signal, keep } = request;
  const owned = await retryRead(
    () => findOwned(api, request.cluster, { signal, kinds: ['subnets', 'hosts', 'balancers', 'natGateways'] }),
    request,
  );
  const owners = [
    ...request.hosts,
    ...owned.hosts.map(({ UHostId }) => UHostId),
    ...owned.balancers.map(({ ULBId }) => ULBId),
    ...owned.natGateways.map(({ NATGWId }) => NATGWId),
  ];
  const subnets = owned.subnets.filter(({ SubnetId }) => !keep.includes(SubnetId)).map(waitingSubnet);
  const startedAt = clock.now();
  const look = async (subnet: WaitingSubnet | undefined): Promise<void> => {
    if (!subnet) return;
    await readHolders(subnet, api, signal);
    refuseForeign(subnet, owners, request);
  };
  for (const subnet of subnets) await look(subnet);
  for (let turn = 0; ; turn++) {
    const tried = await tryThem(subnets, api, signal);
    const waiting = subnets.filter(({ gone }) => !gone);
    if (waiting.length === 0) return subnets.length;
    request.line(progressOf(waiting, request));
    if (clock.now() - startedAt >= request.timeoutMs) throw timedOut(waiting, request);
    if (tried || turn === 0) await clock.sleep(PACE_MS, signal);
    await look(waiting.find(({ unclear }) => unclear) ?? waiting[turn % waiting.length]);
    await clock.sleep(PACE_MS, signal);
  }
}

/** Tries to delete a subnet without holders, and after a success the next one. False when there is none to try. */
async function tryThem(subnets: readonly WaitingSubnet[], api: UcloudApi, signal: AbortSignal): Promise<boolean> {
  const hopeful = subnets.filter(({ gone, empty, unclear }) => !gone && empty && !unclear);
  for (const subnet of hopeful) if (!(await tryToDelete(subnet, api, signal))) break;
  return hopeful.length > 0;
}

function refuseForeign(subnet: WaitingSubnet, owners: readonly string[], { cluster, next }: ReleaseRequest): void {
  const { isHost } = ownershipOf(cluster);
  const foreign = subnet.holders.filter(({ ResourceId, Name }) => !owners.includes(ResourceId) && !isHost(Name));
  if (foreign.length === 0) return;
  throw new OutcomeError(
    `subnet ${subnet.name} is in use by ${foreign.map(({ ResourceId }) => ResourceId).join(', ')}, not of cluster ${cluster}`,
    {
      code: 'network-foreign-holder',
      why: foreign.map(holderText),
      next: hint`move it elsewhere or delete it, then ${next}`,
      details: { subnet: subnet.id, holders: foreign },
    },
  );
}

function holderText({ ResourceId, ResourceType, Name = '', IP = '' }: SubnetHolder): string {
  return [`${ResourceType} ${ResourceId}`, ...(Name === '' ? [] : [`"${Name}"`]), ...(IP === '' ? [] : [`at ${IP}`])].join(' ');
}

function progressOf(waiting: readonly WaitingSubnet[], { clock, since, timeoutMs }: ReleaseRequest): string {
  const holders = waiting.flatMap((subnet) => subnet.holders);
  const what =
    holders.length > 0
      ? `${holders.length} left (${holders.map(({ ResourceId }) => ResourceId).join(', ')})`
      : `UCloud still keeps addresses of ${waiting.map(({ name }) => name).join(' and ')}`;
  return `${what}: ${USUAL}, gives up after ${formatDuration(timeoutMs)} · ${formatDuration(Math.max(SECOND_MS, clock.now() - since))}`;
}

function timedOut(waiting: readonly WaitingSubnet[], { timeoutMs, next }: ReleaseRequest): OutcomeError {
  const names = waiting.map(({ name, id }) => `${name} (${id})`);
  return new OutcomeError(`UCloud did not release ${names.join(' and ')} within ${formatDuration(timeoutMs)}`, {
    code: 'network-wait-timeout',
    why: waiting.map(({ name, holders, said }) =>
      holders.length > 0 ? `${name} is held by ${holders.map(holderText).join(', ')}` : `${name} looks empty; UCloud last said: ${said}`,
    ),
    next: hint`${next}   goes on waiting`,
  });
}
