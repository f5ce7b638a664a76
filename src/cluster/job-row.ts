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
    status: jobStatus(stub, { complete: sum('Complete'), failed: sum('Failed') + sum('Lost') }),
    counts,
    running,
    desired: running + (counts === 'runs' ? Pending : sum('Starting') + sum('Queued')),
  };
}

/** How many allocations of a job came to an end, as far as Nomad remembers them. */
export interface Ended {
  readonly complete: number;
  readonly failed: number;
}

/**
 * How a job stands: one word, wherever it is shown. Nomad calls every job dead of which nothing runs any more; here that is
 * left to what nobody can tell: a service with a count of 0, or a batch job that was tried more than once.
 */
export function jobStatus(
  { Type, Status, Stop }: { readonly Type: string; readonly Status: string; readonly Stop: boolean },
  { complete, failed }: Ended,
): string {
  if (Stop) return 'stopped';
  if (Status !== 'dead') return Status;
  if (failed > 0 && complete === 0) return 'failed';
  const ends = Type === 'batch' || Type === 'sysbatch';
  return ends && complete > 0 && failed === 0 ? 'complete' : Status;
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
