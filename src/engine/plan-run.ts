import type { Context } from '../context.js';
import { OutcomeError, UsageError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import { didYouMean } from '@nomadctl/base/suggest';
import type { PlanProgress } from '../ui/ui.js';
import type { Journal } from './journal.js';
import type { RunLog } from './run-log.js';
import type { AnyStep, Plan, StepContext, StepIo } from './step.js';

/** What a run of a plan is given besides the plan. */
export interface RunOptions<Subject, State> {
  /** What the plan is about; its members become part of what every step sees. */
  readonly subject: Subject;
  /** Without a journal nothing is remembered, and every step runs. */
  readonly journal?: Journal;
  readonly log?: RunLog;
  /** Values known beforehand. With a journal, its own come first. */
  readonly state?: Partial<State>;
  /** Id of a step: those before it are left alone. */
  readonly from?: string | undefined;
  /** Id of a step: those after it are left alone. */
  readonly until?: string | undefined;
  /** Id of a step: only that one runs, whatever the journal says. */
  readonly only?: string | undefined;
}

export type Group<Subject, State> = readonly AnyStep<Subject, State>[];

/** One run of one plan, shared by the files of the engine. */
export interface Run<Subject, State> {
  readonly plan: Plan<Subject, State>;
  readonly ctx: Context;
  readonly options: RunOptions<Subject, State>;
  readonly steps: Group<Subject, State>;
  state: Partial<State>;
  ran: number;
  progress: PlanProgress | undefined;
}

/** @throws UsageError for a `--from`, `--until` or `--only` that names no step. */
export function openRun<Subject, State>(
  plan: Plan<Subject, State>,
  ctx: Context,
  options: RunOptions<Subject, State>,
): Run<Subject, State> {
  checkStepNames(plan, options);
  return { plan, ctx, options, state: initialState(options), ran: 0, steps: groupsOf(plan).flat(), progress: undefined };
}

export function groupsOf<Subject, State>(plan: Plan<Subject, State>): Group<Subject, State>[] {
  return plan.steps.map((entry) => (Array.isArray(entry) ? (entry as Group<Subject, State>) : [entry as AnyStep<Subject, State>]));
}

function initialState<State>(options: RunOptions<unknown, State>): Partial<State> {
  return { ...options.state, ...(options.journal?.data.state as Partial<State> | undefined) };
}

export function contextFor<Subject, State>(run: Run<Subject, State>): StepContext<Subject, State> {
  // Steps get no user interface: they speak through their io.
  const { ui: _, ...outside } = run.ctx;
  return Object.defineProperty({ ...outside, ...run.options.subject } as StepContext<Subject, State>, 'state', {
    get: () => run.state,
    enumerable: true,
  });
}

export function ioFor<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>): StepIo {
  return {
    line: (text: string) => {
      run.progress?.line(step.id, run.ctx.redact(text));
      run.options.log?.write(step.id, text);
    },
    log: (text: string) => run.options.log?.write(step.id, text),
  };
}

export function titleOf<Subject, State>(step: AnyStep<Subject, State>, at: StepContext<Subject, State>): string {
  return typeof step.title === 'string' ? step.title : step.title(at);
}

export function isSelected<Subject, State>({ options, steps }: Run<Subject, State>, step: AnyStep<Subject, State>): boolean {
  if (options.only !== undefined) return step.id === options.only;
  const ids = steps.map(({ id }) => id);
  const at = ids.indexOf(step.id);
  if (options.until !== undefined && at > ids.indexOf(options.until)) return false;
  return options.from === undefined || at >= ids.indexOf(options.from);
}

/** @throws UsageError for a `--from`, `--until` or `--only` that names no step. For callers that change something before they run. */
export function checkStepNames<Subject, State>(
  plan: Plan<Subject, State>,
  options: Pick<RunOptions<Subject, State>, 'from' | 'until' | 'only'>,
): void {
  const ids = groupsOf(plan)
    .flat()
    .map(({ id }) => id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate) throw new OutcomeError(`plan ${plan.id} has two steps ${duplicate}`, { code: 'plan-ambiguous' });
  for (const [flag, id] of [
    ['--from', options.from],
    ['--until', options.until],
    ['--only', options.only],
  ] as const) {
    if (id === undefined || ids.includes(id)) continue;
    throw new UsageError(`${flag} ${id}: ${plan.id} has no such step${didYouMean(id, ids)}`, {
      code: 'step-unknown',
      why: `its steps are ${ids.join(', ')}`,
      next: again({ from: undefined, until: undefined, only: undefined, plan: true }),
    });
  }
}
