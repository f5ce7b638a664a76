import type { NomadApi } from '../clients/nomad-api.js';
import { ApiError, OutcomeError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { Registered } from './job-state.js';

export interface Followed {
  readonly id: string;
  /** The job in a command. */
  readonly words: readonly string[];
  /** What was asked for and is not there: `deployment 1f09e29a`. */
  readonly what: string;
  readonly signal: AbortSignal;
}

/**
 * The error of a watch whose object has gone: with a purged job go its allocations, evaluations and deployments, at once. Every
 * other error as it is.
 */
export async function goneInWords(error: unknown, api: NomadApi, { id, words, what, signal }: Followed): Promise<unknown> {
  if (!(error instanceof ApiError) || error.code !== 'api-not-found') return error;
  const job = await api.job(id, signal);
  if (!job) return removedMeanwhile(id);
  return new OutcomeError(`job ${id}: its ${what} is gone, so nobody can say what became of it`, {
    code: 'job-changed',
    why: `the job is there, at version ${job.Version}: somebody removed it and registered it anew, or Nomad has collected what had ended`,
    next: nomadctl`job status ${words}`,
    cause: error,
  });
}

/** What somebody else did to a job of which nothing is there to run; nothing when nobody did anything. */
export async function undoneByOthers(
  api: NomadApi,
  { jobId, version }: Registered,
  { words, signal }: Pick<Followed, 'words' | 'signal'>,
): Promise<OutcomeError | undefined> {
  const job = await api.job(jobId, signal);
  if (!job) return removedMeanwhile(jobId);
  const next = nomadctl`job status ${words}`;
  if (job.Stop) return new OutcomeError(`job ${jobId} was stopped by somebody else meanwhile`, { code: 'job-stopped', next });
  if (job.Version === version) return undefined;
  return new OutcomeError(`job ${jobId}: version ${version} was replaced by version ${job.Version} meanwhile`, {
    code: 'deployment-superseded',
    next,
  });
}

export function removedMeanwhile(id: string): OutcomeError {
  return new OutcomeError(`job ${id} was removed by somebody else meanwhile`, {
    code: 'job-removed',
    why: 'it was stopped with --purge, so Nomad has forgotten its versions, deployments and allocations; tasks that ran are told to end',
    next: nomadctl`job list`,
  });
}
