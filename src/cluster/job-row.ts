import type { JobStub } from '../clients/nomad-job-model.js';

/** A job in a list, whatever command prints it. */
export interface JobRow {
  readonly id: string;
  readonly namespace: string;
  /** Nomad's type; of jobs that start others: `periodic batch`, `parameterized batch`. */
  readonly type: string;
  readonly status: string;
  /** Of a periodic or parameterized job, which has no allocations: its runs. */
  readonly counts: 'allocations' | 'runs';
  readonly running: number;
  /** Running, starting and waiting for a place. */
  readonly desired: number;
}

/** What the list of jobs tells of one. */
export function jobRow(stub: JobStub): JobRow {
  const { Pending = 0, Running = 0 } = stub.JobSummary?.Children ?? {};
  const sum = (state: string): number =>
    Object.values(stub.JobSummary?.Summary ?? {}).reduce((total, group) => total + (group[state] ?? 0), 0);
  const counts = stub.Periodic || stub.ParameterizedJob ? 'runs' : 'allocations';
  const running = counts === 'runs' ? Running : sum('Running');
  return {
    id: stub.ID,
    namespace: stub.Namespace,
    type: jobType(stub),
    status: stub.Stop ? 'stopped' : stub.Status,
    counts,
    running,
    desired: running + (counts === 'runs' ? Pending : sum('Starting') + sum('Queued')),
  };
}

/** Nomad's type, and whether the job itself only starts others. */
export function jobType({
  Type,
  Periodic,
  ParameterizedJob,
}: {
  readonly Type: string;
  readonly Periodic?: unknown;
  readonly ParameterizedJob?: unknown;
}): string {
  return Periodic ? `periodic ${Type}` : ParameterizedJob ? `parameterized ${Type}` : Type;
}

/** Runs of periodic and parameterized jobs are told by their parents. */
export function jobRows(stubs: readonly JobStub[]): JobRow[] {
  return stubs.filter(({ ParentID }) => ParentID === '').map(jobRow);
}
