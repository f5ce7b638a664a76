import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { forgetSecrets } from '../../config/secrets.js';
import { RETIRED_SECRETS } from '../account/secret-names.js';
import type { InnerBalancers, UcloudHost } from '../ucloud-state.js';
import { applyRoot, pushErroredState } from '../../terraform/apply-root.js';
import type { AssignedHost } from './assign-hosts.js';
import { writeSshConfig } from '../../machines/ssh-config.js';
import { sshPathsOf } from '../../machines/ssh-key.js';
import { observeCluster, type ObservedCluster, type ClusterRequest } from './observe-cluster.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { hostAddress, hostNamed } from './host-resources.js';
import { inventoryOf, outputsOf } from '../../terraform/inventory.js';
import { initRoot } from '../../terraform/init-root.js';
import type { ChangeCounts, Gathered } from '../../terraform/plan-stream.js';
import { releaseAddresses } from './released-addresses.js';
import { writeRoot } from '../../terraform/render-root.js';
import { reconcileCluster } from './reconcile-cluster.js';
import { lostIn } from '../../terraform/trouble.js';
import { missingIn, untilSeen, type Sight } from './until-seen.js';

export interface AppliedCluster {
  readonly hosts: readonly UcloudHost[];
  readonly innerBalancers: InnerBalancers;
  readonly changes: ChangeCounts;
}

/**
 * Makes the hosts of a cluster what the settings say, from whatever is there: what an interrupted run left is taken in
 * first. Hosts that are there are kept; only those in `replaced` are made anew.
 * @throws OutcomeError `would-replace` rather than take down a host that is wanted.
 */
export async function applyCluster(request: ClusterRequest): Promise<AppliedCluster> {
  const { scope, cluster, replaced = [] } = request;
  // A second attempt must not replace what the first one has made.
  const old = new Set<string>();
  const yetToGo = async (): Promise<string[]> =>
    old.size === 0
      ? [...replaced]
      : (await inventoryOf(scope)).flatMap(({ id, address }) => (old.has(id) ? (hostNamed(address) ?? []) : []));
  const prepare = async (isMissing: (sight: Sight) => readonly string[]): Promise<ObservedCluster> => {
    await endOfEarlierRun(scope.ctx, scope.root, scope.line);
    const observed = await untilSeen(scope, async () => observeCluster({ ...request, replaced: await yetToGo() }), isMissing);
    const going = observed.existing.filter(({ name, id }) => replaced.includes(name) && (old.size === 0 || old.has(id)));
    const ips = [...observed.leaving, ...going].map(({ privateIp }) => privateIp);
    await releaseAddresses(scope.root, [...ips, ...observed.vanished], scope.ctx.clock.now());
    await writeRoot(scope.root, observed.rendered);
    await initRoot(scope, observed.rendered, cluster.settings.pluginMirror);
    await pushErroredState(scope);
    await reconcileCluster(request, observed);
    return observed;
  };
  let observed = await prepare(({ unseen }) => unseen.filter((address) => hostNamed(address) !== undefined));
  for (const { name, id } of observed.existing) if (replaced.includes(name)) old.add(id);
  const { changes, troubled } = await applyRoot(scope, {
    what: 'make the cluster',
    replace: () => observed.existing.filter(({ id }) => old.has(id)).map(({ name }) => hostAddress(name)),
    present: () => observed.sight.present,
    check: (planned) => refuseReplacement(planned, observed, request),
    betweenAttempts: async (failed) => {
      observed = await prepare((sight) => missingIn(sight, lostIn(failed)));
    },
  });
  if (troubled) await removeDuplicates(request);
  // Nor is it in terraform's state any more.
  await forgetSecrets(cluster.paths, RETIRED_SECRETS, scope.ctx);
  const hosts = await hostsOf(request, observed.hosts);
  await writeSshConfig(hosts, sshPathsOf(cluster.paths, cluster.settings));
  return { hosts, innerBalancers: await innerBalancersOf(request), changes };
}

/** What was made twice behind a list that lagged shows when the list has all that terraform knows. */
async function removeDuplicates(request: ClusterRequest): Promise<void> {
  const observed = await untilSeen(
    request.scope,
    () => observeCluster(request),
    ({ unseen }) => unseen,
  );
  await reconcileCluster(request, observed);
}

/** Hosts as later steps know them, from terraform's outputs. */
export async function hostsOf({ scope }: Pick<ClusterRequest, 'scope'>, assigned: readonly AssignedHost[]): Promise<UcloudHost[]> {
  const outputs = (await outputsOf(scope))['hosts'] as Record<string, HostOutput> | undefined;
  return assigned.flatMap(({ name, role, class: kind, zone, imageId }) => {
    const made = outputs?.[name];
    if (!made) return [];
    return {
      ...{ name, role, ...(kind === '' ? {} : { class: kind }), id: made.id, zone, privateIp: made.private_ip },
      ...{ ...(made.public_ip ? { publicIp: made.public_ip } : {}), imageId },
    };
  });
}

/** Addresses of the inner load balancers, by program; none where there are none. */
export async function innerBalancersOf({ scope }: Pick<ClusterRequest, 'scope'>): Promise<InnerBalancers> {
  return ((await outputsOf(scope))['inner_balancers'] as InnerBalancers | undefined | null) ?? {};
}

interface HostOutput {
  readonly id: string;
  readonly private_ip: string;
  readonly public_ip: string | null;
}

/** A change at UCloud that only a new host would undo must not cost a host that works. */
function refuseReplacement(
  planned: Gathered['planned'],
  { existing, leaving }: ObservedCluster,
  { cluster, replaced = [] }: ClusterRequest,
): void {
  const spared = new Set(existing.map(({ name }) => name));
  for (const { name } of leaving) spared.delete(name);
  for (const name of replaced) spared.delete(name);
  const toDestroy = [...planned]
    .filter(([, action]) => action === 'replace' || action === 'delete')
    .flatMap(([address]) => hostNamed(address) ?? [])
    .filter((name) => spared.has(name));
  if (toDestroy.length === 0) return;
  throw new OutcomeError(`terraform would take ${toDestroy.join(', ')} down and make ${toDestroy.length === 1 ? 'it' : 'them'} anew`, {
    code: 'would-replace',
    why: 'something about them was changed at UCloud that cannot be changed back',
    next: nomadctl`up ${cluster.name} ${toDestroy.flatMap((name) => ['--replace-host', name])}`,
  });
}
