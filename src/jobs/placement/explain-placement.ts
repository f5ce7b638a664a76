import type { NomadApi } from '../../clients/nomad-api.js';
import type { GroupSpec, JobSpec } from '../../clients/nomad-job-model.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { PlacementMetric } from '../../clients/nomad-plan-model.js';
import { ApiError } from '@nomadctl/base/errors';
import { constraintProblems, parseConstraint } from './constraint-problem.js';
import { deviceProblems } from './device-problems.js';
import { distinctProblems, isAboutOthers } from './distinct-problems.js';
import { networkProblems, portForOne, portProblems } from './network-problems.js';
import { counted, type Ask, type NodeLoad } from './node-load.js';
import { roomForSome, shortages } from './resource-problems.js';
import { isAboutVolumes, volumeProblems } from './volume-problems.js';
import { driverState } from '../rollout/choose-driver.js';

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
  const perNode = group ? loads.map((load) => `  ${load.node.Name} · ${nodeProblems({ spec, group, load, metric }).join(' · ')}`) : [];
  return [`group ${name} · ${summarize(metric, loads.length)}`, ...perNode];
}

function summarize(metric: PlacementMetric, known: number): string {
  const count = (counts: Readonly<Record<string, number>> | null, say: (what: string) => string): string[] =>
    Object.entries(counts ?? {}).map(([what, nodes]) => `${nodes} ${say(what)}`);
  const considered = metric.NodesEvaluated || known;
  return [
    known === 0 ? 'the cluster has no client' : `${counted(considered, 'client')} considered`,
    ...count(metric.ConstraintFiltered, filteredBy),
    ...count(metric.ClassFiltered, (what) => `of class ${what} left out`),
    ...count(
      metric.DimensionExhausted,
      (what) => `with too little ${what.replace(/^network: reserved port collision \S+?=(\d+)$/, 'room: port $1 is taken')}`,
    ),
    ...(metric.QuotaExhausted ?? []).map((quota) => `quota used up: ${quota}`),
  ].join(' · ');
}

/** Nomad keeps what it has found out about a node for others that are like it. */
const LIKE_ANOTHER = 'computed class ineligible';

function filteredBy(text: string): string {
  if (text === 'missing drivers') return 'without a driver it needs';
  if (text === LIKE_ANOTHER) return 'like one that was left out';
  return parseConstraint(text) || isAboutOthers(text) ? `left out by ${text.replaceAll(/\$\{([^}]+)\}/g, '$1')}` : `left out: ${text}`;
}

/** What keeps a group off a node, as far as it can be told from outside the scheduler. */
function nodeProblems(ask: Ask): string[] {
  const { spec, group, load, metric } = ask;
  const { node } = load;
  if (node.Status !== 'ready') return [`is ${node.Status}`];
  const problems = [
    ...(node.Drain ? ['is draining'] : []),
    ...(!node.Drain && node.SchedulingEligibility !== 'eligible' ? ['takes no new work (set ineligible)'] : []),
    ...whereaboutProblems(spec, node),
    ...driverProblems(group, node),
    ...constraintProblems(ask),
    ...volumeProblems(ask),
    ...networkProblems(ask),
    ...deviceProblems(ask),
    ...distinctProblems(ask),
  ];
  const found = problems.length > 0 ? problems : [...portProblems(ask), ...shortages(ask)];
  if (found.length > 0) return found;
  const others = Object.keys(metric.ConstraintFiltered ?? {}).filter((text) => !isExplained(text));
  if (others.length > 0) return others.map((text) => `is left out by Nomad: ${text}`);
  const exhausted = Object.keys(metric.DimensionExhausted ?? {});
  return [
    roomForSome(ask) ??
      portForOne(ask) ??
      (exhausted.length > 0 ? `has room for some, not for all: ${exhausted.join(', ')}` : 'has room for it, but not for all'),
  ];
}

/** Of what Nomad says about other nodes this one is told nothing. */
function isExplained(text: string): boolean {
  const known = [LIKE_ANOTHER, 'missing drivers', 'missing devices', 'missing network'];
  return (
    known.includes(text) || /host network/.test(text) || isAboutOthers(text) || isAboutVolumes(text) || parseConstraint(text) !== undefined
  );
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
