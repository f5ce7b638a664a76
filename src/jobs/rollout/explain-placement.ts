import type { NomadApi } from '../../clients/nomad-api.js';
import type { GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { PlacementMetric } from '../../clients/nomad-plan-model.js';
import type { Allocation } from '../../clients/nomad-rollout-model.js';
import { ApiError } from '@nomadctl/base/errors';
import { driverState } from './choose-driver.js';
import { constraintProblem } from './constraint-problem.js';

/** A node with what runs on it, as placement sees it. */
export interface NodeLoad {
  readonly node: Node;
  readonly allocations: readonly Allocation[];
}

/** More nodes than that are summed up by Nomad's own counts. */
const NODES_SHOWN = 12;

/** Why groups of a job could not be placed: a line per group with the counts, then a line per node. */
export async function explainPlacement(
  api: NomadApi,
  { spec, failed, signal }: { spec: JobSpec; failed: Readonly<Record<string, PlacementMetric>>; signal: AbortSignal },
): Promise<string[]> {
  const stubs = await api.nodes(signal);
  const loads = (await Promise.all(stubs.slice(0, NODES_SHOWN).map((stub) => loadOf(api, stub.ID, signal)))).flat();
  return Object.entries(failed).flatMap(([name, metric]) => explainGroup(spec, { name, metric, loads }));
}

/** Nothing of a node that was purged since it was listed. */
async function loadOf(api: NomadApi, id: string, signal: AbortSignal): Promise<NodeLoad[]> {
  try {
    const [node, allocations] = await Promise.all([api.node(id, signal), api.nodeAllocations(id, signal)]);
    return [{ node, allocations }];
  } catch (error) {
    if (error instanceof ApiError && error.code === 'api-not-found') return [];
    throw error;
  }
}

export function explainGroup(
  spec: JobSpec,
  { name, metric, loads }: { name: string; metric: PlacementMetric; loads: readonly NodeLoad[] },
): string[] {
  const group = spec.TaskGroups.find(({ Name }) => Name === name);
  const perNode = group ? loads.map((load) => `  ${load.node.Name} · ${nodeProblems(spec, group, { load, metric }).join(' · ')}`) : [];
  return [`group ${name} · ${summarize(metric, loads.length)}`, ...perNode];
}

function summarize(metric: PlacementMetric, known: number): string {
  const count = (counts: Readonly<Record<string, number>> | null, say: (what: string) => string): string[] =>
    Object.entries(counts ?? {}).map(([what, nodes]) => `${nodes} ${say(what)}`);
  const considered = metric.NodesEvaluated || known;
  return [
    known === 0 ? 'the cluster has no client' : `${considered} ${considered === 1 ? 'client' : 'clients'} considered`,
    ...count(metric.ConstraintFiltered, (what) => (what === 'missing drivers' ? 'without a driver it needs' : `not ${what}`)),
    ...count(metric.ClassFiltered, (what) => `of class ${what} left out`),
    ...count(metric.DimensionExhausted, (what) => `with too little ${what}`),
    ...(metric.QuotaExhausted ?? []).map((quota) => `quota used up: ${quota}`),
  ].join(' · ');
}

/** What keeps a group off a node, as far as it can be told from outside the scheduler. */
function nodeProblems(spec: JobSpec, group: GroupSpec, { load, metric }: { load: NodeLoad; metric: PlacementMetric }): string[] {
  const { node } = load;
  if (node.Status !== 'ready') return [`is ${node.Status}`];
  const problems = [
    ...(node.Drain ? ['is draining'] : []),
    ...(!node.Drain && node.SchedulingEligibility !== 'eligible' ? ['takes no new work (set ineligible)'] : []),
    ...whereaboutProblems(spec, node),
    ...driverProblems(group, node),
    ...Object.keys(metric.ConstraintFiltered ?? {}).flatMap((constraint) => constraintProblem(constraint, node) ?? []),
  ];
  const shortages = problems.length === 0 ? resourceProblems(group, load) : [];
  const found = [...problems, ...shortages];
  if (found.length > 0) return found;
  const exhausted = Object.keys(metric.DimensionExhausted ?? {});
  return [exhausted.length > 0 ? `no room: ${exhausted.join(', ')}` : 'has room for it, but not for all'];
}

function whereaboutProblems(spec: JobSpec, node: Node): string[] {
  const wanted = spec.Datacenters ?? ['*'];
  // Nomad fills in an absent pool only when it registers.
  const pool = spec.NodePool || 'default';
  return [
    ...(wanted.some((glob) => matchesGlob(glob, node.Datacenter))
      ? []
      : [`is in datacenter ${node.Datacenter}, the job asks for ${wanted.join(', ')}`]),
    ...(pool === 'all' || (node.NodePool ?? 'default') === pool ? [] : [`is in node pool ${node.NodePool}, the job asks for ${pool}`]),
  ];
}

function matchesGlob(glob: string, text: string): boolean {
  const pattern = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${pattern}$`).test(text);
}

function driverProblems(group: GroupSpec, node: Node): string[] {
  const drivers = [...new Set(group.Tasks.map(({ Driver }) => Driver))];
  return drivers.filter((driver) => !node.Drivers?.[driver]?.Healthy).map((driver) => `driver ${driver}: ${driverState(node, driver)}`);
}

function resourceProblems(group: GroupSpec, { node, allocations }: NodeLoad): string[] {
  const used = { cpu: node.ReservedResources?.Cpu.CpuShares ?? 0, memory: node.ReservedResources?.Memory.MemoryMB ?? 0 };
  for (const allocation of allocations.filter(({ ClientStatus }) => ClientStatus === 'running' || ClientStatus === 'pending')) {
    for (const task of Object.values(allocation.AllocatedResources?.Tasks ?? {})) {
      used.cpu += task.Cpu.CpuShares;
      used.memory += task.Memory.MemoryMB;
    }
  }
  const total = { cpu: node.NodeResources?.Cpu.CpuShares ?? 0, memory: node.NodeResources?.Memory.MemoryMB ?? 0 };
  const needed = {
    cpu: sum(group.Tasks.map(({ Resources }) => Resources?.CPU ?? 0)),
    memory: sum(group.Tasks.map(({ Resources }) => Resources?.MemoryMB ?? 0)),
  };
  const short = (what: 'cpu' | 'memory', name: string, unit: string): string[] =>
    needed[what] > total[what] - used[what]
      ? [`needs ${needed[what]} ${unit} of ${name}, ${Math.max(0, total[what] - used[what])} of ${total[what]} are free`]
      : [];
  return [...short('memory', 'memory', 'MiB'), ...short('cpu', 'CPU', 'MHz')];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
