import type { Check } from '../catalogue/job-manifest.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import type { CheckContext, CheckKind, CheckResult } from './check-context.js';
import { checkKinds } from './kinds/index.js';

/** Looks once. A service that refuses or cannot be reached is an answer; only an abort is thrown. */
export async function runCheck(check: Check, at: CheckContext): Promise<CheckResult> {
  const look = checkKinds[check.kind] as CheckKind<Check['kind']>;
  try {
    return await look(check, at);
  } catch (error) {
    at.signal.throwIfAborted();
    return { ok: false, found: error instanceof NomadctlError ? [error.message, ...error.why].join(': ') : reasonOf(error) };
  }
}
