import type { NomadApi } from '../../clients/nomad-api.js';
import type { RegisterReply } from '../../clients/nomad-jobs.js';
import { ApiError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Registered } from '../job-state.js';
import { removedMeanwhile } from '../removed-meanwhile.js';
import { waitOf } from './wait-of.js';
import { jobWords } from '../parse/in-namespace.js';

/**
 * The version that a registration made, or found: the newest one up to its index. Where Nomad has access control, a registration
 * that changes nothing answers with an index at which no version was made (seen with 1.11.3).
 * @throws ApiError `job-changed` when somebody else was quicker than the look; OutcomeError `job-removed`
 */
export async function versionAt(api: NomadApi, { id, index, signal }: { id: string; index: number; signal: AbortSignal }): Promise<number> {
  const job = await api.job(id, signal);
  if (!job) throw removedMeanwhile(id);
  if (job.JobModifyIndex <= index) return job.Version;
  const before = (await api.versions(id, signal)).filter(({ JobModifyIndex }) => JobModifyIndex <= index);
  if (before.length > 0) return Math.max(...before.map(({ Version }) => Version));
  throw new ApiError(`job ${id} was changed by somebody else right after it was registered`, {
    code: 'job-changed',
    next: nomadctl`job status ${jobWords(id, api.namespace)}`,
  });
}

/** What a change of a job that is already there hands on to placing and waiting. @throws OutcomeError `job-removed` */
export async function registeredBy(
  api: NomadApi,
  { id, reply, signal }: { id: string; reply: RegisterReply; signal: AbortSignal },
): Promise<Registered> {
  const job = await api.job(id, signal);
  if (!job) throw removedMeanwhile(id);
  return {
    jobId: id,
    type: job.Type,
    version: job.Version,
    evaluationId: reply.EvalID,
    unchanged: false,
    warnings: reply.Warnings,
    ...waitOf(job),
  };
}
