import { isAbort } from '@nomadctl/base/errors';

/** For questions that may stay without an answer. @throws what an interrupt throws. */
export function pass(error: unknown): undefined {
  if (isAbort(error)) throw error;
}
