import type { Context } from '../context.js';
import { assess } from './assess-step.js';
import type { Decision } from './decide.js';
import { contextFor, isSelected, openRun, titleOf, type Run, type RunOptions } from './plan-run.js';
import { patched, type AnyStep, type Plan } from './step.js';

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly action: Decision['action'];
  readonly reason: string;
}

/** What `runPlan` would do with each step, by the same decisions, doing nothing: `--plan`. */
export async function previewPlan<Subject extends object, State extends object>(
  plan: Plan<Subject, State>,
  ctx: Context,
  options: RunOptions<Subject, State>,
): Promise<PlannedStep[]> {
  const run = openRun(plan, ctx, options);
  const willChange = new Map<keyof State, string>();
  const planned: PlannedStep[] = [];
  for (const step of run.steps) {
    const title = titleOf(step, contextFor(run));
    const decision = isSelected(run, step) ? await foresee(run, step, willChange) : { action: 'skip' as const, reason: 'not asked for' };
    if (decision.action === 'run') for (const key of step.provides ?? []) willChange.set(key, title);
    planned.push({ id: step.id, title, ...decision });
  }
  return planned;
}

async function foresee<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  willChange: ReadonlyMap<keyof State, string>,
): Promise<Decision> {
  const cause = ((step.requires ?? []) as (keyof State)[]).map((key) => willChange.get(key)).find(Boolean);
  if (cause) return { action: 'run', reason: `after "${cause}"` };
  const assessed = await assess(run, step);
  if (assessed.decision.action === 'adopt') run.state = patched(run.state, assessed.patch);
  return assessed.decision;
}
