import type { NomadctlError } from '../../packages/base/src/errors.js';

/** What the work throws; fails when it throws nothing. */
export async function thrown(work: () => unknown): Promise<NomadctlError> {
  try {
    await work();
  } catch (error) {
    return error as NomadctlError;
  }
  throw new Error('nothing was thrown');
}
