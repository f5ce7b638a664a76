import { isAbort, NomadctlError } from '@nomadctl/base/errors';

const LASTING = ['ucloud-keys', 'ucloud-project', 'ucloud-rights'];

/**
 * What a request that may be made again has failed with, in one line.
 * @throws the failure itself where asking again is of no use: an interrupt, refused keys, a mistake of ours.
 */
export function transientProblem(error: unknown): string {
  if (isAbort(error) || !(error instanceof NomadctlError) || LASTING.includes(error.code)) throw error;
  return [error.message, ...error.why].join('; ');
}
