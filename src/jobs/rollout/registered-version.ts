import type { NomadApi } from '../../clients/nomad-api.js';
import type { RegisterReply } from '../../clients/nomad-jobs.js';
import { ApiError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Registered } from '../job-state.js';

/** The version that a registration made. @throws ApiError `job-changed` when somebody else was quicker than the look. */
export async function versionAt(api: NomadApi, { id, index, signal }: { id: string; index: number; signal: AbortSignal }): Promise<number> {
  const job = await api.job(id, signal);
  if (job?.JobModifyIndex === index) return job.Version;
  const version = (await api.versions(id, signal)).find(({ JobModifyIndex }) => JobModifyIndex === index);
  if (version) return version.Version;
  throw new ApiError(`job ${id} was changed by somebody else right after it was registered`, {
    code: 'job-changed',
    next: nomadctl`job status ${id}`,
  });
}

/** What a change of a job that is already there hands on to placing and waiting. */
export async function registeredBy(
  api: NomadApi,
  { id, reply, signal }: { id: string; reply: RegisterReply; signal: AbortSignal },
): Promise<Registered> {
  const job = await api.job(id, signal);
  return {
    jobId: id,
    type: job?.Type ?? 'service',
    version: job?.Version ?? 0,
    evaluationId: reply.EvalID,
    unchanged: false,
    warnings: reply.Warnings,
  };
}
