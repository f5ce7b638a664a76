import type { GroupSpec, JobSpec, ServiceSpec, TaskSpec } from '../../clients/nomad-job-model.js';

/** What commonly hurts, in one place of a job. */
export interface LintFinding {
  /** The blocks that it is in, from the outside in: `group "web"`, `service`. */
  readonly at: readonly string[];
  /** What is there, in a sentence. */
  readonly what: string;
}

/** A rule is a file of rules/ and a line of its index. */
export interface LintRule {
  /** For people who excuse it: never changes. */
  readonly id: string;
  /** Why it hurts, and what to write instead. */
  readonly why: string;
  look(job: LintedJob): readonly LintFinding[];
}

/** Fields that only rules read, beside those of every job. https://developer.hashicorp.com/nomad/api-docs/json-jobs; times are nanoseconds */
export interface LintedService extends ServiceSpec {
  readonly Address?: string | null;
  readonly Tags?: readonly string[] | null;
}

export interface LintedTask extends TaskSpec {
  readonly Config?: Readonly<Record<string, unknown>> | null;
  readonly ShutdownDelay?: number | null;
  readonly Services?: readonly LintedService[] | null;
  readonly Templates?:
    | readonly {
        readonly EmbeddedTmpl?: string | null;
        readonly ChangeMode?: string | null;
        readonly Splay?: number | null;
        readonly DestPath?: string | null;
      }[]
    | null;
}

export interface LintedGroup extends GroupSpec {
  readonly ShutdownDelay?: number | null;
  readonly Services?: readonly LintedService[] | null;
  readonly Tasks: readonly LintedTask[];
  readonly Update?: (NonNullable<GroupSpec['Update']> & { readonly ProgressDeadline?: number | null }) | null;
}

export interface LintedJob extends JobSpec {
  readonly TaskGroups: readonly LintedGroup[];
}

/** All services of a group, its tasks' too, and where each is. */
export function servicesOf(group: LintedGroup): { readonly service: LintedService; readonly at: readonly string[] }[] {
  const own = (group.Services ?? []).map((service) => ({ service, at: [groupAt(group), 'service', nameAt(service)] }));
  const ofTasks = group.Tasks.flatMap((task) =>
    (task.Services ?? []).map((service) => ({ service, at: [groupAt(group), taskAt(task), 'service', nameAt(service)] })),
  );
  return [...own, ...ofTasks];
}

const nameAt = ({ Name }: LintedService): string => `name = "${Name}"`;
export const groupAt = ({ Name }: Pick<GroupSpec, 'Name'>): string => `group "${Name}"`;
export const taskAt = ({ Name }: Pick<TaskSpec, 'Name'>): string => `task "${Name}"`;

/** Whether the job is to run for good. */
export function staysUp({ Type }: Pick<JobSpec, 'Type'>): boolean {
  return Type === 'service' || Type === 'system';
}
