import type { Context } from '../context.js';
import { AbortError } from '@nomadctl/base/errors';
import type { StepOutcome } from '../ui/ui.js';
import { assess } from './assess-step.js';
import { contextFor, groupsOf, ioFor, isSelected, openRun, titleOf, type Group, type Run, type RunOptions } from './plan-run.js';
import { record, recordFailure, succeed } from './record-step.js';
import { failureOf, isAbortion, logFailure } from './step-failure.js';
import type { AnyStep, Plan } from './step.js';

export interface PlanResult<State> {
  readonly state: Partial<State>;
  /** How many steps did something. */
  readonly ran: number;
}

/**
 * Runs a plan: decides each step, runs what must run, journals before and after, shows it. Steps of an inner array run
 * side by side; when one of them fails the others finish, then the plan ends with the first failure.
 * @throws the step's own error, with `during` set; AbortError (130) when the context's signal was aborted.
 */
export async function runPlan<Subject extends object, State extends object>(
  plan: Plan<Subject, State>,
  ctx: Context,
  options: RunOptions<Subject, State>,
): Promise<PlanResult<State>> {
  const run = openRun(plan, ctx, options);
  const progress = ctx.ui.startPlan(
    run.steps.map((step) => ({ id: step.id, title: titleOf(step, contextFor(run)), ...(step.hideWhenDone ? { hidden: true } : {}) })),
  );
  run.progress = progress;
  try {
    for (const group of groupsOf(plan)) await runGroup(run, group);
  } finally {
    progress.end();
  }
  return { state: run.state, ran: run.ran };
}

async function runGroup<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  group: Group<Subject, State>,
): Promise<void> {
  const results = await Promise.allSettled(group.map((step) => runStep(run, step, group.length > 1)));
  const failures = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  const first = failures.find((failure) => !isAbortion(failure)) ?? failures[0];
  if (first !== undefined) throw first;
}

async function runStep<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  hasNeighbours: boolean,
): Promise<void> {
  const { ctx, progress } = run;
  const at = contextFor(run);
  const title = titleOf(step, at);
  const startedAt = ctx.clock.now();
  const finish = (outcome: StepOutcome, detail: string): void => {
    if (step.hideWhenDone && (outcome === 'skipped' || outcome === 'adopted')) return;
    progress?.finish(step.id, { outcome, detail, ms: ctx.clock.now() - startedAt });
  };
  if (!isSelected(run, step)) return finish('skipped', 'not asked for');
  let begun = false;
  try {
    ctx.signal.throwIfAborted();
    const assessed = await assess(run, step);
    if (assessed.decision.action === 'skip') return finish('skipped', assessed.decision.reason);
    if (assessed.decision.action === 'adopt') {
      await succeed(run, step, { ...assessed, startedAt, detail: assessed.detail ?? '' });
      return finish('adopted', assessed.detail || assessed.decision.reason);
    }
    progress?.start(step.id, title);
    begun = true;
    await record(run, step, { status: 'running', startedAt, finishedAt: startedAt, fingerprint: assessed.fingerprint, detail: '' });
    // Who waited for the journal may have heard that the cluster is somebody else's by now.
    ctx.signal.throwIfAborted();
    run.options.log?.write(step.id, `${title}: ${assessed.decision.reason}`);
    const result = await step.run(at, ioFor(run, step));
    run.ran++;
    const detail = result?.detail ?? '';
    await succeed(run, step, { fingerprint: assessed.fingerprint, patch: result?.state, startedAt, detail });
    finish('done', detail);
  } catch (error) {
    const failure = failureOf(run, { id: step.id, title }, error);
    const isInterrupted = failure instanceof AbortError;
    // Of several that fail the plan ends with the first; why the others did is said here.
    finish(isInterrupted ? 'interrupted' : 'failed', hasNeighbours && !isInterrupted ? (failure.why[0] ?? failure.message) : '');
    logFailure(run, step, failure);
    // A step that has not begun leaves its record alone: an earlier success is still one.
    if (begun) await recordFailure(run, step, { failure, startedAt });
    throw failure;
  }
}
