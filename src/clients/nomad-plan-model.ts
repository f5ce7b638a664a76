/**
 * What Nomad answers about a job that is not registered yet: what would change, and what would not fit
 * (https://developer.hashicorp.com/nomad/api-docs/jobs#create-job-plan).
 */

export interface PlanReply {
  readonly JobModifyIndex: number;
  readonly Diff: JobDiff | null;
  readonly Annotations: { readonly DesiredTGUpdates: Readonly<Record<string, DesiredUpdates>> | null } | null;
  readonly FailedTGAllocs: Readonly<Record<string, PlacementMetric>> | null;
  readonly NextPeriodicLaunch: string;
  readonly Warnings: string;
}

export type DiffType = 'None' | 'Added' | 'Deleted' | 'Edited';

export interface ObjectDiff {
  readonly Type: DiffType;
  readonly Name: string;
  readonly Fields: readonly FieldDiff[] | null;
  readonly Objects: readonly ObjectDiff[] | null;
}

export interface FieldDiff {
  readonly Type: DiffType;
  readonly Name: string;
  readonly Old: string;
  readonly New: string;
  readonly Annotations: readonly string[] | null;
}

export interface TaskDiff extends ObjectDiff {
  readonly Annotations: readonly string[] | null;
}

export interface GroupDiff extends ObjectDiff {
  readonly Tasks: readonly TaskDiff[] | null;
  readonly Updates: Readonly<Record<string, number>> | null;
}

export interface JobDiff extends Omit<ObjectDiff, 'Name'> {
  readonly ID: string;
  readonly TaskGroups: readonly GroupDiff[] | null;
}

export interface DesiredUpdates {
  readonly Ignore: number;
  readonly Place: number;
  readonly Migrate: number;
  readonly Stop: number;
  readonly InPlaceUpdate: number;
  readonly DestructiveUpdate: number;
  readonly Canary: number;
  readonly Preemptions: number;
}

/** Why the scheduler could not place a group. */
export interface PlacementMetric {
  readonly NodesEvaluated: number;
  readonly NodesFiltered: number;
  readonly NodesExhausted: number;
  readonly NodesInPool?: number;
  readonly NodePool?: string;
  readonly NodesAvailable: Readonly<Record<string, number>> | null;
  readonly ClassFiltered: Readonly<Record<string, number>> | null;
  readonly ConstraintFiltered: Readonly<Record<string, number>> | null;
  readonly DimensionExhausted: Readonly<Record<string, number>> | null;
  readonly QuotaExhausted: readonly string[] | null;
  /** How many more of the same group failed for the same reason. */
  readonly CoalescedFailures: number;
}
