import { createNomadApi, type NomadApi } from '../../../clients/nomad-api.js';
import { lastLogLines } from '../../../clients/nomad-logs.js';
import type { Job } from '../../../clients/nomad-job-model.js';
import type { Allocation } from '../../../clients/nomad-rollout-model.js';
import { isParent } from '../../report/read-runs.js';
import { isExpected, type CheckContext, type CheckKind } from '../check-context.js';

const LINES = 100;

/** What a task has printed that has ended: work is known by its result. Of a periodic or parameterized job, in its newest run. */
export const output: CheckKind<'output'> = async ({ group, task, expect }, at) => {
  const { connection, signal } = at;
  const api = createNomadApi(connection.nomad);
  const [newest] = (await allocationsOf(api, at))
    .filter(({ TaskGroup }) => TaskGroup === group)
    .sort((a, b) => b.CreateIndex - a.CreateIndex);
  if (!newest) return { ok: false, found: `group ${group} has not run` };
  if (newest.ClientStatus !== 'complete') return { ok: false, found: `allocation ${newest.ID.slice(0, 8)} is ${newest.ClientStatus}` };
  const lines = await lastLogLines(api, { allocation: newest.ID, task, stream: 'stdout', signal }, LINES);
  const line = lines.find((each) => isExpected(each.trim(), expect));
  return { ok: line !== undefined, found: line?.trim() ?? lines.at(-1) ?? 'it printed nothing' };
};

/**
 * A job whose runs are jobs of their own, and that has not run yet, is not waited for: it runs now. One whose runs want
 * something told is left to those who know what.
 */
async function allocationsOf(api: NomadApi, { job, allocations, signal }: CheckContext): Promise<readonly Allocation[]> {
  const spec = await api.job(job, signal);
  if (!spec || !isParent(spec)) return allocations;
  const runs = await api.jobs({ parent: job, signal });
  const newest = runs.sort((a, b) => b.SubmitTime - a.SubmitTime)[0];
  if (newest) return (await api.allocations(newest.ID, { index: 0, signal })).value;
  if (spec.Periodic) await api.runNow(job, signal);
  else if (wantsNothing(spec)) await api.dispatch(job, signal);
  return [];
}

function wantsNothing({ ParameterizedJob }: Job): boolean {
  return ParameterizedJob?.Payload !== 'required' && (ParameterizedJob?.MetaRequired ?? []).length === 0;
}
