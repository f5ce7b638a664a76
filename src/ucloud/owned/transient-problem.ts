import { isAbort, NomadctlError } from '@nomadctl/base/errors';

const LASTING = ['ucloud-keys', 'ucloud-project', 'ucloud-rights'];

/**
 * The text of a transient failure, in one line.
 * @throws the failure itself where a retry is of no use: an interrupt, refused keys, a bug.
 */
export function transientProblem(error: unknown): string {
  if (isAbort(error) || !(error instanceof NomadctlError) || LASTING.includes(error.code)) throw error;
  return [error.message, ...error.why].join('; ');
}
