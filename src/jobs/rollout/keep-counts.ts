import type { Job, JobSpec, ScaleStatus } from '../../clients/nomad-job-model.js';
import type { KeptCount } from '../job-state.js';

/**
 * Counts that somebody scaled to since the file was deployed. A count is kept when Nomad's scaling history leads from
 * the file's count to the present one; a file whose count was edited in the meantime wins.
 */
export function countsToKeep(spec: JobSpec, current: Job | undefined, scale: ScaleStatus | undefined): KeptCount[] {
  if (!current || current.Stop || !scale) return [];
  return spec.TaskGroups.flatMap((group) => {
    const present = current.TaskGroups.find(({ Name }) => Name === group.Name)?.Count;
    if (present === undefined || present === group.Count) return [];
    const before = countBeforeScaling(present, scale.TaskGroups[group.Name]?.Events ?? []);
    return before === group.Count ? [{ group: group.Name, file: group.Count, kept: present }] : [];
  });
}

/** Events come newest first; each says where it came from. */
function countBeforeScaling(
  present: number,
  events: readonly { Count: number | null; PreviousCount: number; Error: boolean; Time: number }[],
): number {
  let count = present;
  for (const event of [...events].sort((a, b) => b.Time - a.Time)) {
    if (event.Error || event.Count === null) continue;
    if (event.Count !== count) break;
    count = event.PreviousCount;
  }
  return count;
}

export function withCounts(spec: JobSpec, kept: readonly KeptCount[]): JobSpec {
  if (kept.length === 0) return spec;
  const counts = new Map(kept.map(({ group, kept: count }) => [group, count]));
  return { ...spec, TaskGroups: spec.TaskGroups.map((group) => ({ ...group, Count: counts.get(group.Name) ?? group.Count })) };
}
