import { NomadctlError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';

/** One line on what went wrong, for people who look at /_emulator/machines. */
export function failureOf(error: unknown): string {
  if (!(error instanceof NomadctlError)) return reasonOf(error);
  return [error.message, ...error.why].join(': ');
}
