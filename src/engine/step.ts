import type { Context } from '../context.js';
import type { Json } from '@nomadctl/base/json';
import type { WithoutSecrets } from '@nomadctl/base/secret/secret';

/** What a step sees: the outside world, what the plan is about (`Subject`), and the values that earlier steps handed on. */
export type StepContext<Subject, State, Required extends keyof State = never> = Omit<Context, 'ui'> &
  Subject & { readonly state: Readonly<Partial<State>> & { readonly [K in Required]-?: NonNullable<State[K]> } };

/** A step's only way to speak while it runs. */
export interface StepIo {
  /** What it is at, for the reader; replaces the line before, and goes to the log. */
  line(text: string): void;
  /** Goes to the step's log file only. */
  log(text: string): void;
}

export type Patch<State> = Partial<State> | ((now: Readonly<Partial<State>>) => Partial<State>);

export interface StepResult<State> {
  /**
   * Merged into the state and journalled. JSON-safe, never a secret. A function is given the state as it is at that moment:
   * for steps side by side that add to the same value.
   */
  readonly state?: Patch<State>;
  /** A few words beside the title: versions, addresses, counts. */
  readonly detail?: string;
}

export type Probe<State> = ({ readonly done: true } & StepResult<State>) | { readonly done: false; readonly because: string };

/**
 * One piece of work that can be repeated. `id` is a journal key and never changes; `title` is for people and may.
 * `decide.ts` says when a step runs, is skipped, or is adopted.
 */
export interface Step<Subject, State, Required extends keyof State = never> {
  readonly id: string;
  /** Present participle, object: "Starting Consul". */
  readonly title: string | ((at: StepContext<Subject, State>) => string);
  /** Not shown when there is nothing to do: for rare work such as removing nodes. */
  readonly hideWhenDone?: boolean;
  /** Keys of the state that must be there before it runs. */
  readonly requires?: readonly Required[];
  /** Keys of the state that it sets. A step that requires one of them is stale when it changes. */
  readonly provides?: readonly (keyof State)[];
  /** Values whose change makes an earlier success stale. Never a secret. */
  inputs?(at: StepContext<Subject, State, Required>): Readonly<Record<string, Json | undefined>>;
  /** Cheap and read-only; runs on every resume, also for steps that succeeded. Absent means "trust the journal". */
  isDone?(at: StepContext<Subject, State, Required>): Promise<Probe<State>>;
  run(at: StepContext<Subject, State, Required>, io: StepIo): Promise<StepResult<State> | void>;
}

/** A step of any requirements, as plans hold it. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- the requirements were checked where the step was defined
export type AnyStep<Subject, State> = Step<Subject, State, any>;

/** The state with what a step hands on. */
export function patched<State>(now: Partial<State>, patch: Patch<State> | undefined): Partial<State> {
  return { ...now, ...(typeof patch === 'function' ? patch(now) : patch) };
}

/** Types a step by its subject and state, which is journalled and holds no secret; the requirements follow from `requires`. */
export function stepsFor<Subject, State extends { [Key in keyof State]: WithoutSecrets<State[Key]> }>() {
  return {
    defineStep: <const Required extends keyof State = never>(step: Step<Subject, State, Required>): Step<Subject, State, Required> => step,
  };
}

/** Steps in order; those in an inner array run side by side. */
export interface Plan<Subject, State> {
  readonly id: string;
  /** Every step runs each time, whatever the journal says: for taking down, which is cheap to repeat and must not be trusted. */
  readonly always?: boolean;
  readonly steps: readonly (AnyStep<Subject, State> | readonly AnyStep<Subject, State>[])[];
}
