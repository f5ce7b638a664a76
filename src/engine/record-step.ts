import { AbortError, type NomadctlError } from '@nomadctl/base/errors';
import { fingerprintOf, type Fingerprint } from './fingerprint.js';
import type { Json } from '@nomadctl/base/json';
import type { StepRecord } from './journal.js';
import type { Run } from './plan-run.js';
import { patched, type AnyStep, type Patch } from './step.js';

interface Success<State> {
  readonly fingerprint: Fingerprint;
  readonly patch?: Patch<State> | undefined;
  readonly startedAt: number;
  readonly detail: string;
}

/**
 * Merges what the step handed on into the state, and journals both. A step that hands on what it was given, changed, has done with
 * it what the steps before it would do: who of them was done with what it was given is done with what it hands on, and so is it.
 */
export async function succeed<Subject, State>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  { fingerprint, patch, startedAt, detail }: Success<State>,
): Promise<void> {
  const before = refinedOf(run, step);
  run.state = patched(run.state, patch);
  const after = refinedOf(run, step);
  const entry: StepRecord = {
    status: 'succeeded',
    ...{ startedAt, finishedAt: run.ctx.clock.now() },
    ...{ fingerprint: { ...fingerprint, ...after }, detail },
  };
  await recordWith(run, (steps) => {
    steps[step.id] = entry;
    const earlier = run.steps.slice(0, run.steps.indexOf(step)).flatMap(({ id }) => steps[id] ?? []);
    for (const one of earlier.filter(({ status }) => status === 'succeeded')) {
      const done = Object.keys(before).filter((key) => one.fingerprint[key] === before[key]);
      for (const key of done) one.fingerprint[key] = after[key] ?? '';
    }
  });
}

/** Of the values that a step both takes and hands on. */
function refinedOf<Subject, State>({ state }: Run<Subject, State>, { requires = [], provides = [] }: AnyStep<Subject, State>): Fingerprint {
  const keys = (requires as (keyof State)[]).filter((key) => provides.includes(key));
  return fingerprintOf(Object.fromEntries(keys.map((key) => [String(key), state[key] as Json | undefined])));
}

/** Puts a step's record and the state as it is now into the journal, where there is one. */
export function record<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, entry: StepRecord): Promise<void> {
  return recordWith(run, (steps) => void (steps[step.id] = entry));
}

async function recordWith<Subject, State>(
  { options, state }: Run<Subject, State>,
  change: (steps: Record<string, StepRecord>) => void,
): Promise<void> {
  await options.journal?.update((data) => {
    change(data.steps);
    // `stepsFor` has seen to it that a state is JSON and holds no secret.
    data.state = { ...state } as typeof data.state;
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
