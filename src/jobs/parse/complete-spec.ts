import type { GroupSpec, JobSpec, TaskSpec } from '../../clients/nomad-job-model.js';

/** Nomad's own, for what a task leaves out: `DefaultResources` in https://pkg.go.dev/github.com/hashicorp/nomad/api */
const DEFAULT_CPU = 100;
const DEFAULT_MEMORY_MB = 300;

/**
 * A job as its file has it, with Nomad's defaults in the few places that we read ourselves. Everything else stays as it is: the
 * server fills it in. Undefined for what has no id.
 */
export function completeSpec(job: unknown): JobSpec | undefined {
  const spec = job as Partial<JobSpec> | null;
  if (!spec?.ID) return undefined;
  return { ...spec, ID: spec.ID, Type: spec.Type ?? 'service', TaskGroups: (spec.TaskGroups ?? []).map(completeGroup) };
}

type Raw<T> = { readonly [K in keyof T]?: T[K] | null };

function completeGroup(group: Raw<GroupSpec>): GroupSpec {
  const scaling = group['Scaling'] as { Min?: number | null } | null | undefined;
  return { ...group, Count: group.Count ?? scaling?.Min ?? 1, Tasks: (group.Tasks ?? []).map(completeTask) } as GroupSpec;
}

function completeTask(task: Raw<TaskSpec>): TaskSpec {
  const resources = (task.Resources ?? {}) as { CPU?: number | null; Cores?: number | null; MemoryMB?: number | null };
  const cpu = resources.CPU ?? (resources.Cores ? 0 : DEFAULT_CPU);
  return { ...task, Resources: { ...resources, CPU: cpu, MemoryMB: resources.MemoryMB ?? DEFAULT_MEMORY_MB } } as TaskSpec;
}
