import { AbortError, BugError, isAbort, NomadctlError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { notWritable } from './journal.js';
import type { Run } from './plan-run.js';
import type { AnyStep } from './step.js';

/**
 * The error to throw for a failed step: an interruption, or its own error with the step in `during`. Any other error is a
 * bug of nomadctl.
 */
export function failureOf<Subject, State>(run: Run<Subject, State>, step: { id: string; title: string }, error: unknown): NomadctlError {
  if (isAbortion(error) || (run.ctx.signal.aborted && comesFromAbort(error))) return interruption(run, step, error);
  const failure = error instanceof NomadctlError ? error : unexpected(error);
  // What failed outside may go well the next time, and nothing that was done is done twice.
  if (failure.exitCode === 1 && run.options.journal) failure.next ??= hint`${again()}   tries again`;
  failure.during = { title: step.title, log: run.options.log?.dir };
  return failure;
}

/** Wherever a step writes, the disk may be full by then: that is nobody's bug. Node names no file where a write fails, rather than an open. */
function unexpected(error: unknown): NomadctlError {
  const { code, path } = (error ?? {}) as NodeJS.ErrnoException;
  if (code !== undefined && FULL.has(code)) return notWritable(path ?? 'a file of the cluster', error);
  return new BugError(reasonOf(error), { code: 'bug', cause: error });
}

/** Full, over a quota, or made read-only by the system when it failed. */
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EROFS']);

export function logFailure<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, failure: NomadctlError): void {
  const cause = failure instanceof BugError && failure.cause instanceof Error ? failure.cause : failure;
  run.options.log?.write(
    step.id,
    [`${failure instanceof AbortError ? 'interrupted' : 'failed'}: ${cause.stack ?? cause.message}`, ...failure.why].join('\n'),
  );
}

function interruption<Subject, State>(run: Run<Subject, State>, { id, title }: { id: string; title: string }, error: unknown): AbortError {
  const position = run.steps.findIndex((step) => step.id === id) + 1;
  const reason = run.ctx.signal.reason instanceof AbortError ? run.ctx.signal.reason : error;
  return new AbortError(`Interrupted while "${title}" (step ${position} of ${run.steps.length})`, 130, {
    why: reason instanceof AbortError ? reason.why : [],
    next: run.options.journal ? hint`${again({ from: undefined })}   continues here` : again(),
    cause: error,
  });
}

export function isAbortion(error: unknown): boolean {
  return error instanceof AbortError && error.exitCode === 130;
}

/** An aborted call may come wrapped in what it was for. */
function comesFromAbort(error: unknown): boolean {
  return isAbort(error) || (error instanceof Error && error.cause !== undefined && comesFromAbort(error.cause));
}
