import { createNomadApi } from '../../clients/nomad-api.js';
import type { Job } from '../../clients/nomad-job-model.js';
import { OutcomeError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import type { ClusterConnection } from '../../cluster/connection.js';
import { chooseVersion } from '../rollout/choose-version.js';
import { explainPlacement } from '../placement/explain-placement.js';

/** The version that a revert would go back to. @throws UsageError `version-unknown` */
export async function plannedRevert(
  connection: ClusterConnection,
  { id, wanted, signal }: { id: string; wanted: number | undefined; signal: AbortSignal },
): Promise<Job> {
  const versions = (await createNomadApi(connection.nomad).versions(id, signal)).sort((a, b) => b.Version - a.Version);
  return chooseVersion(id, versions, wanted);
}

export interface ScaleRequest {
  readonly id: string;
  readonly group: string;
  readonly count: number;
  readonly signal: AbortSignal;
}

/** Has Nomad plan a count, and changes nothing. @throws OutcomeError `job-unplaceable` when there is no room for so many */
export async function refuseUnplaceableCount(connection: ClusterConnection, request: ScaleRequest): Promise<void> {
  const { id, group, count, signal } = request;
  const api = createNomadApi(connection.nomad);
  const job = await api.job(id, signal);
  if (!job) return;
  const spec = { ...job, TaskGroups: job.TaskGroups.map((one) => (one.Name === group ? { ...one, Count: count } : one)) };
  const metric = (await api.plan(spec, signal)).FailedTGAllocs?.[group];
  if (!metric) return;
  const unplaced = 1 + metric.CoalescedFailures;
  throw new OutcomeError(`job ${id}: ${Math.max(0, count - unplaced)} of ${count} allocations of group ${group} have a place`, {
    code: 'job-unplaceable',
    why: [...(await explainPlacement(api, { spec, failed: { [group]: metric }, signal })), 'nothing was changed'],
    next: hint`${again({ queue: true })}   scales all the same; Nomad places the rest when there is room`,
    details: { job: id, group, desired: count, unplaced, registered: false },
  });
}
