import type { UcloudApi } from '../clients/ucloud/ucloud-api.js';
import { OutcomeError } from '../errors.js';
import { nothingOwned } from '../ucloud/owned-resources.js';
import { removalsOf } from '../ucloud/removals.js';
import type { ClusterPicture, FoundHost } from './cluster-picture.js';
import { hostNamed } from './host-resources.js';
import { completeState, importResource, untaint } from './import-resources.js';
import type { FoundResource } from './orphans.js';
import type { TerraformScope } from './terraform-scope.js';

interface Request {
  readonly scope: TerraformScope;
  readonly api: UcloudApi;
}

/**
 * Takes in hosts and what belongs to them that an interrupted run made, and removes what is one too many, so that terraform
 * makes nothing twice. The root is written and initialised.
 */
export async function tidyCluster({ scope, api }: Request, picture: ClusterPicture): Promise<void> {
  const { signal } = scope.ctx;
  for (const resource of picture.untaint) await untaint(scope, resource);
  for (const binding of picture.unbind) await api.call('UnBindEIP', binding, { signal });
  for (const found of picture.hostOrphans.remove) await removeHost({ scope, api }, found);
  for (const found of picture.otherOrphans.remove) await removeOther({ scope, api }, found);
  for (const found of picture.otherOrphans.adopt) await importResource(scope, found);
  for (const found of picture.hostOrphans.adopt) {
    await untilMade({ scope, api }, found);
    await importResource(scope, found);
  }
  await completeState(scope, completionsFor(picture));
}

/** What UCloud does not tell and the provider therefore does not read; terraform would make the host anew to set it. */
function completionsFor({ hostOrphans, known }: ClusterPicture): ReadonlyMap<string, Readonly<Record<string, unknown>>> {
  const addresses = [
    ...hostOrphans.adopt.map(({ address }) => address),
    ...known.map(({ address }) => address).filter((one) => hostNamed(one) !== undefined),
  ];
  return new Map(addresses.map((address) => [address, { delete_disks_with_instance: true }]));
}

const PATIENCE_MS = 10 * 60_000;
const PAUSE_MS = 1000;

/** A host that is still being made can neither be judged nor bound to an address. */
async function untilMade({ scope, api }: Request, { host, shown }: FoundHost): Promise<void> {
  const { clock, signal } = scope.ctx;
  const deadline = clock.now() + PATIENCE_MS;
  let state = host.State;
  while (state === 'Initializing' || state === 'Starting') {
    scope.line(`${shown} is still being made`);
    if (clock.now() > deadline) throw tooLong(shown, state, scope);
    await clock.sleep(PAUSE_MS, signal);
    const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [host.UHostId] }, { signal });
    state = UHostSet[0]?.State ?? 'gone';
  }
}

/** Off first, then away, with its disks; each as soon as UCloud allows it. */
async function removeHost({ scope, api }: Request, { host, shown }: FoundHost): Promise<void> {
  const { clock, signal } = scope.ctx;
  const deadline = clock.now() + PATIENCE_MS;
  let seen: string = host.State;
  for (;;) {
    const { UHostSet } = await api.call('DescribeUHostInstance', { UHostIds: [host.UHostId] }, { signal });
    if (UHostSet.length === 0) return;
    seen = UHostSet[0]?.State ?? seen;
    scope.line(`removing ${shown}, which nothing needs (${seen})`);
    for (const removal of removalsOf({ ...nothingOwned, hosts: UHostSet })) await removal.send(api, signal);
    if (clock.now() > deadline) throw tooLong(shown, seen, scope);
    await clock.sleep(PAUSE_MS, signal);
  }
}

async function removeOther({ scope, api }: Request, { id, shown }: FoundResource): Promise<void> {
  const { signal } = scope.ctx;
  scope.line(`removing ${shown}, which nothing needs`);
  if (id.startsWith('eip')) await api.call('ReleaseEIP', { EIPId: id }, { signal });
  else if (id.startsWith('firewall')) await api.call('DeleteFirewall', { FWId: id }, { signal });
  else await api.call('DeleteIsolationGroup', { GroupId: id }, { signal });
}

function tooLong(shown: string, state: string, { next }: TerraformScope): OutcomeError {
  return new OutcomeError(`${shown} is ${state} for ten minutes`, {
    code: 'host-stuck',
    why: 'it is at UCloud, made by a run that was interrupted',
    next,
  });
}
