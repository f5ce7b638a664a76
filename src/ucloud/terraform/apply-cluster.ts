import { OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { UcloudHost } from '../ucloud-state.js';
import { applyRoot, outputsOf, pushErroredState } from '../../terraform/apply-root.js';
import type { AssignedHost } from './assign-hosts.js';
import { observeCluster, type ObservedCluster, type ClusterRequest } from './observe-cluster.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { hostAddress, hostNamed } from './host-resources.js';
import { initRoot } from '../../terraform/init-root.js';
import type { ChangeCounts, Gathered } from '../../terraform/plan-stream.js';
import { releaseAddresses } from './released-addresses.js';
import { writeRoot } from '../../terraform/render-root.js';
import { reconcileCluster } from './reconcile-cluster.js';

export interface AppliedCluster {
  readonly hosts: readonly UcloudHost[];
  readonly changes: ChangeCounts;
}

/**
 * Makes the hosts of a cluster what the settings say, from whatever is there: what an interrupted run left is taken in
 * first. Hosts that are there are kept; only those in `replaced` are made anew.
 * @throws OutcomeError `would-replace` rather than take down a host that is wanted.
 */
export async function applyCluster(request: ClusterRequest): Promise<AppliedCluster> {
  const { scope, cluster, replaced = [] } = request;
  const prepare = async (): Promise<ObservedCluster> => {
    await endOfEarlierRun(scope.ctx, scope.root, scope.line);
    const observed = await observeCluster(request);
    const going = observed.existing.filter(({ name }) => replaced.includes(name));
    const ips = [...observed.leaving, ...going].map(({ privateIp }) => privateIp);
    await releaseAddresses(scope.root, [...ips, ...observed.vanished], scope.ctx.clock.now());
    await writeRoot(scope.root, observed.rendered);
    await initRoot(scope, observed.rendered, cluster.settings.pluginMirror);
    await pushErroredState(scope);
    await reconcileCluster(request, observed);
    return observed;
  };
  let observed = await prepare();
  const changes = await applyRoot(scope, {
    what: 'make the cluster',
    replace: observed.existing
      .map(({ name }) => name)
      .filter((name) => replaced.includes(name))
      .map(hostAddress),
    check: (planned) => refuseReplacement(planned, observed, request),
    betweenAttempts: async () => {
      observed = await prepare();
    },
  });
  return { hosts: await hostsOf(request, observed.hosts), changes };
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
