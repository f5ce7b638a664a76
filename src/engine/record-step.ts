import { AbortError, type NomadctlError } from '@nomadctl/base/errors';
import type { Fingerprint } from './fingerprint.js';
import type { StepRecord } from './journal.js';
import type { Run } from './plan-run.js';
import { patched, type AnyStep, type Patch } from './step.js';

interface Success<State> {
  readonly fingerprint: Fingerprint;
  readonly patch?: Patch<State> | undefined;
  readonly startedAt: number;
  readonly detail: string;
}

/** Merges what the step handed on into the state, and journals both. */
export async function succeed<Subject, State>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  { fingerprint, patch, startedAt, detail }: Success<State>,
): Promise<void> {
  run.state = patched(run.state, patch);
  await record(run, step, { status: 'succeeded', startedAt, finishedAt: run.ctx.clock.now(), fingerprint, detail });
}

/** Puts a step's record and the state as it is now into the journal, where there is one. */
export async function record<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, entry: StepRecord): Promise<void> {
  await run.options.journal?.update((data) => {
    data.steps[step.id] = entry;
    // `stepsFor` has seen to it that a state is JSON and holds no secret.
    data.state = { ...run.state } as typeof data.state;
  });
}

/** Journals a failure; never in place of it. */
export async function recordFailure<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  { failure, startedAt }: { failure: NomadctlError; startedAt: number },
): Promise<void> {
  try {
    await record(run, step, {
      status: failure instanceof AbortError ? 'interrupted' : 'failed',
      startedAt,
      finishedAt: run.ctx.clock.now(),
      fingerprint: {},
      detail: '',
      error: { code: failure.code, message: run.ctx.redact(failure.message) },
    });
  } catch (unwritable) {
    // The journal cannot be written: when that is what failed the step, it is said once; else the step's own failure matters more.
    run.ctx.ui.debug(String(unwritable));
  }
}
