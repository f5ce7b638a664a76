import type { UcloudApi } from '../../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import type { OwnedKind } from '../owned/owned-resources.js';
import { removeUntilGone } from '../owned/remove-until-gone.js';
import { stillThere } from '../owned/still-there.js';
import type { ObservedCluster } from './observe-cluster.js';
import type { FoundHost } from './found-resources.js';
import { hostNamed } from './host-resources.js';
import { completeState, importAgain, importResource } from '../../terraform/import-resources.js';
import type { FoundResource } from './orphans.js';
import type { TerraformScope } from '../../terraform/terraform-scope.js';

interface Request {
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

/**
 * Imports what an interrupted run made, and removes duplicates, so that terraform makes nothing twice. Expects a root that
 * is written and initialised.
 */
export async function reconcileCluster({ scope, api }: Request, observed: ObservedCluster): Promise<void> {
  const { signal } = scope.ctx;
  for (const resource of observed.halfMade) await importAgain(scope, resource);
  for (const binding of observed.unbind) await api.call('UnBindEIP', binding, { signal });
  await removeOrphans({ scope, api }, [...observed.hostOrphans.remove, ...observed.otherOrphans.remove]);
  for (const found of observed.otherOrphans.adopt) await importResource(scope, found);
  for (const found of observed.hostOrphans.adopt) {
    await untilMade({ scope, api }, found);
    await importResource(scope, found);
  }
  await completeState(scope, completionsFor(observed));
}

/** What UCloud does not tell and the provider therefore does not read; terraform would make the host anew to set it. */
export function completionsFor({ hostOrphans, known }: ObservedCluster): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const addresses = [
    ...hostOrphans.adopt.map(({ address }) => address),
    ...known.map(({ address }) => address).filter((one) => hostNamed(one) !== undefined),
  ];
  return new Map(addresses.map((address) => [address, { delete_disks_with_instance: true }]));
}

const TIMEOUT_MS = 10 * 60_000;
const PAUSE_MS = 1000;

/** A host that is still being made can neither be judged nor bound to an address. */
async function untilMade({ scope, api }: Request, { host, label }: FoundHost): Promise<void> {
  const { clock, signal } = scope.ctx;
  const deadline = clock.now() + TIMEOUT_MS;
  let state = host.State;
  while (state === 'Initializing' || state === 'Starting') {
    scope.line(`${label} is still being made`);
    if (clock.now() > deadline) throw tooLong(label, state, scope);
    await clock.sleep(PAUSE_MS, signal);
    const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [host.UHostId] }, { signal });
    state = UHostSet[0]?.State ?? 'gone';
  }
}

/** Hosts first: what they hold goes after them, or with them. */
async function removeOrphans({ scope, api }: Request, orphans: readonly FoundResource[]): Promise<void> {
  if (orphans.length === 0) return;
  const { ctx, line, log, next } = scope;
  const { clock, signal } = ctx;
  for (const { label } of orphans) line(`removing ${label}, which nothing needs`);
  const idsOf = (wanted: OwnedKind): string[] => orphans.filter(({ kind }) => kind === wanted).map(({ id }) => id);
  const ids = {
    hosts: idsOf('hosts'),
    eips: idsOf('eips'),
    natGateways: idsOf('natGateways'),
    balancers: idsOf('balancers'),
    firewalls: idsOf('firewalls'),
    isolationGroups: idsOf('isolationGroups'),
  };
  const listRemaining = () => stillThere(api, ids, signal);
  await removeUntilGone(api, { whose: 'an interrupted run', listRemaining, clock, signal, line, log, next });
}

function tooLong(label: string, state: string, { next }: TerraformScope): OutcomeError {
  return new OutcomeError(`${label} has been ${state} for ${formatDuration(TIMEOUT_MS)}`, {
    code: 'host-stuck',
    why: 'it is at UCloud, made by a run that was interrupted',
    next,
  });
}
