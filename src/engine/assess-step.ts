import { PrerequisiteError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { decide, type Decision } from './decide.js';
import { fingerprintOf, type Fingerprint } from './fingerprint.js';
import { contextFor, type Run } from './plan-run.js';
import type { Json } from '@nomadctl/base/json';
import type { AnyStep, Patch } from './step.js';

export interface Assessment<State> {
  readonly decision: Decision;
  readonly fingerprint: Fingerprint;
  readonly patch?: Patch<State> | undefined;
  readonly detail?: string | undefined;
}

/** Decides one step from the journal, its inputs and its probe. */
export async function assess<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
): Promise<Assessment<State>> {
  const at = contextFor(run);
  for (const key of (step.requires ?? []) as (keyof State)[]) {
    if (run.state[key] === undefined) throw missingState(run, step, String(key));
  }
  const fingerprint = fingerprintOf({ ...step.inputs?.(at), ...requiredValues(run, step) });
  const recorded = run.plan.always ? undefined : run.options.journal?.data.steps[step.id];
  const forced = run.options.only === step.id || run.options.from === step.id;
  // It runs whatever the probe says, and a probe may be as long as the step.
  const probe = forced ? undefined : await step.isDone?.(at);
  const decision: Decision = forced
    ? { action: 'run', reason: 'asked for' }
    : decide({ record: recorded, fingerprint, probe, now: run.ctx.clock.now(), always: run.plan.always });
  return { decision, fingerprint, ...(probe?.done ? { patch: probe.state, detail: probe.detail } : {}) };
}

function requiredValues<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>): Record<string, Json | undefined> {
  return Object.fromEntries(((step.requires ?? []) as (keyof State)[]).map((key) => [String(key), run.state[key] as Json | undefined]));
}

function missingState<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, key: string): PrerequisiteError {
  return new PrerequisiteError(`step ${step.id} needs ${key}, which no earlier step has handed on`, {
    code: 'state-missing',
    why:
      run.options.only || run.options.from ? 'the steps before it were left out' : `no step of plan ${run.plan.id} before it sets ${key}`,
    next: again({ from: undefined, only: undefined }),
  });
}
