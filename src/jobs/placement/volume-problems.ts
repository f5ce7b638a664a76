import type { VolumeSpec } from '../../clients/nomad-job-model.js';
import type { Node } from '../../clients/nomad-node-model.js';
import type { Ask } from './node-load.js';

/** Nomad's metric for all that may be amiss with host volumes. `scheduler/feasible/feasible.go` of its source */
const HOST_VOLUMES = 'missing compatible host volumes';

/** What Nomad says of CSI volumes, of which nodes know nothing, and what that means for a node. */
const CSI: readonly (readonly [RegExp, (names: readonly string[]) => string])[] = [
  [/^missing CSI Volume (.+)$/, ([volume]) => `needs CSI volume ${volume}, which is not registered in the job's namespace`],
  [/^CSI plugin (\S+) is missing from client/, ([plugin]) => `must run CSI plugin ${plugin}, has none`],
  [/^CSI plugin (\S+) is unhealthy on client/, ([plugin]) => `runs CSI plugin ${plugin}, which must be healthy and is not`],
  [/^CSI plugin (\S+) has the maximum number of volumes/, ([plugin]) => `has as many volumes of CSI plugin ${plugin} as it may have`],
  [/^CSI volume lookup failed$/, () => 'needs a CSI volume, which Nomad failed to look up'],
  [
    /^CSI volume (\S+) is unschedulable or has exhausted its available reader/,
    ([volume]) => `needs CSI volume ${volume} to read, which has no claim left`,
  ],
  [
    /^CSI volume (\S+) is unschedulable or is read-only$/,
    ([volume]) => `needs CSI volume ${volume} to write, which is read-only or out of service`,
  ],
  [
    /^CSI volume (\S+) has exhausted its available writer claims/,
    ([volume]) => `needs CSI volume ${volume} to write, which another allocation does`,
  ],
  [/^did not meet topology requirement$/, () => 'is not where its CSI volume can be reached'],
];

/** Host volumes and CSI volumes that keep a group off a node, a sentence each. */
export function volumeProblems({ group, load: { node }, metric }: Ask): string[] {
  const filtered = Object.keys(metric.ConstraintFiltered ?? {});
  const host = Object.values(group.Volumes ?? {}).filter(({ Type }) => Type === 'host');
  const missing = host.flatMap((volume) => hostVolumeProblem(volume, node, group.Count) ?? []);
  const dynamic =
    filtered.includes(HOST_VOLUMES) && missing.length === 0 ? host.flatMap((volume) => dynamicProblem(volume, node) ?? []) : [];
  return [...missing, ...dynamic, ...filtered.flatMap((text) => csiProblem(text, node) ?? [])];
}

function hostVolumeProblem(volume: VolumeSpec, node: Node, count: number): string | undefined {
  const volumes = node.HostVolumes ?? {};
  const names = namesOf(volume, count);
  const found = names.flatMap((name) => volumes[name] ?? []);
  const others = Object.keys(volumes);
  if (found.length === 0)
    return `has ${others.length > 0 ? `host volume ${others.join(' and ')}` : 'no host volume'}, must have ${names.join(' or ')}`;
  const isReadOnly = found.every(({ ReadOnly, ID }) => ReadOnly && !ID);
  return isReadOnly && !volume.ReadOnly ? `has host volume ${found[0]?.Name} to read, must have it to write` : undefined;
}

/** One that was made by `nomad volume create` belongs to a namespace, has a state and takes so many at a time. */
function dynamicProblem(volume: VolumeSpec, node: Node): string | undefined {
  const found = namesOf(volume, 1).flatMap((name) => node.HostVolumes?.[name] ?? [])[0];
  return found?.ID
    ? `has host volume ${found.Name}, which must be ready, of the job's namespace and free for this way of access`
    : undefined;
}

/** A volume for each allocation has its number in the name. */
function namesOf({ Source = '', PerAlloc = false }: VolumeSpec, count: number): string[] {
  return PerAlloc ? Array.from({ length: Math.max(1, count) }, (_, index) => `${Source}[${index}]`) : [Source];
}

function csiProblem(text: string, { ID }: Node): string | undefined {
  const client = /\bclient (\S+)$/.exec(text)?.[1];
  if (client !== undefined && client !== ID) return undefined;
  for (const [pattern, say] of CSI) {
    const match = pattern.exec(text);
    if (match) return say(match.slice(1));
  }
  return undefined;
}

/** Whether a metric is about volumes, and said in another way. */
export function isAboutVolumes(text: string): boolean {
  return text === HOST_VOLUMES || CSI.some(([pattern]) => pattern.test(text));
}
