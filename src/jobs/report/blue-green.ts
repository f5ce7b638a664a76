import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { createConsulApi } from '../../clients/consul/consul-api.js';
import type { ServiceInstance } from '../../clients/consul/consul-replies.js';
import type { GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { Allocation, Deployment, DeploymentGroup } from '../../clients/nomad-rollout-model.js';
import type { ClusterConnection } from '../../cluster/connection.js';
import type { BlueGreenReport, ColourReport, TrafficReport } from './job-report.js';

interface Asked {
  readonly job: JobSpec;
  readonly allocations: readonly Allocation[];
  readonly connection: Pick<ClusterConnection, 'consul'>;
  readonly signal: AbortSignal;
}

/**
 * Groups of a deployment with as many canaries as instances, as long as both versions are there. Consul is asked who of them has
 * which tag: what the job file says of canaries holds until a promotion alone.
 */
export async function blueGreenReports(deployment: Deployment | undefined, { job, allocations, ...at }: Asked): Promise<BlueGreenReport[]> {
  const reports: BlueGreenReport[] = [];
  for (const [name, group] of Object.entries(deployment?.TaskGroups ?? {})) {
    if (!deployment || (deployment.Status !== 'running' && !group.Promoted)) continue;
    const pair = coloursOf(
      { version: deployment.JobVersion, group },
      allocations.filter(({ TaskGroup }) => TaskGroup === name),
    );
    const spec = job.TaskGroups.find(({ Name }) => Name === name);
    if (pair && spec)
      reports.push({ group: name, promoted: group.Promoted, ...pair, traffic: await trafficOf(spec, { allocations, pair, ...at }) });
  }
  return reports;
}

type Pair = Pick<BlueGreenReport, 'blue' | 'green'>;

/** Nothing where the group has fewer canaries than instances, or nothing is left of the version before. */
export function coloursOf(
  { version, group }: { readonly version: number; readonly group: DeploymentGroup },
  allocations: readonly Allocation[],
): Pair | undefined {
  if (group.DesiredCanaries === 0 || group.DesiredCanaries < group.DesiredTotal) return undefined;
  const there = allocations.filter(({ ClientStatus }) => ClientStatus === 'running' || ClientStatus === 'pending');
  const older = Math.max(...there.filter(({ JobVersion }) => JobVersion < version).map(({ JobVersion }) => JobVersion));
  if (!Number.isFinite(older)) return undefined;
  const colour = (of: number): Allocation[] => there.filter(({ JobVersion }) => JobVersion === of);
  const [before, after] = [colour(older), colour(version)];
  const healthy = (some: readonly Allocation[]): number =>
    some.filter(({ ClientStatus, DeploymentStatus }) => ClientStatus === 'running' && DeploymentStatus?.Healthy === true).length;
  const green: ColourReport = { version, healthy: healthy(after), desired: group.DesiredTotal, state: greenState(group, healthy(after)) };
  const blue: ColourReport = {
    version: older,
    healthy: healthy(before),
    desired: before.filter(({ DesiredStatus }) => DesiredStatus === 'run').length,
    state: group.Promoted ? 'ending' : 'stays',
  };
  return { blue, green };
}

function greenState({ Promoted, DesiredCanaries }: DeploymentGroup, healthy: number): ColourReport['state'] {
  if (Promoted) return 'promoted';
  return healthy >= DesiredCanaries ? 'ready' : 'coming';
}

interface OfPair extends Omit<Asked, 'job'> {
  readonly pair: Pair;
}

/** Which colour balancers find under which tag, of the services in Consul. */
async function trafficOf({ Services, Tasks }: GroupSpec, { allocations, pair, connection, signal }: OfPair): Promise<TrafficReport[]> {
  const services = [...(Services ?? []), ...Tasks.flatMap((task) => task.Services ?? [])].filter(
    ({ Provider = 'consul' }) => Provider === 'consul',
  );
  const consul = createConsulApi(connection.consul);
  const found = await mapBounded(services, REQUESTS_AT_ONCE, async ({ Name }) => {
    const { value } = await consul.service(Name, { index: 0, signal });
    return trafficIn(Name, value, { pair, allocations });
  });
  return found.flat();
}

export function trafficIn(
  service: string,
  instances: readonly ServiceInstance[],
  { pair, allocations }: { readonly pair: Pair; readonly allocations: readonly Allocation[] },
): TrafficReport[] {
  const versionOf = ({ id }: ServiceInstance): number | undefined => allocations.find(({ ID }) => id.includes(ID))?.JobVersion;
  const count = (version: number, tag: string | undefined): number =>
    instances.filter((one) => one.passing && versionOf(one) === version && (tag === undefined || one.tags.includes(tag))).length;
  const tags = [...new Set(instances.filter((one) => versionOf(one) !== undefined).flatMap((one) => one.tags))].sort();
  return (tags.length === 0 ? [undefined] : tags).map((tag) => ({
    service,
    ...(tag === undefined ? {} : { tag }),
    blue: count(pair.blue.version, tag),
    green: count(pair.green.version, tag),
  }));
}
