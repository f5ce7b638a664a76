import type { Context } from '../context.js';
import { AbortError, BugError, isAbort, NomadctlError, OutcomeError, PrerequisiteError, UsageError } from '../errors.js';
import { reasonOf } from '../lib/reason.js';
import { didYouMean } from '../lib/suggest.js';
import type { PlanProgress, StepOutcome } from '../ui/ui.js';
import { decide, type Decision } from './decide.js';
import { fingerprintOf, type Fingerprint } from './fingerprint.js';
import type { Journal } from './journal.js';
import type { RunLog } from './run-log.js';
import type { AnyStep, Json, Plan, StepContext } from './step.js';

export interface RunOptions<State> {
  /** What the user typed, for "run this again": `nomadctl up dev`. */
  readonly command: string;
  /** Without a journal nothing is remembered, and every step runs. */
  readonly journal?: Journal;
  readonly log?: RunLog;
  /** Values known beforehand. With a journal, its own come first. */
  readonly state?: Partial<State>;
  /** Id of a step: those before it are left alone. */
  readonly from?: string | undefined;
  /** Id of a step: only that one runs, whatever the journal says. */
  readonly only?: string | undefined;
}

export interface PlanResult<State> {
  readonly state: Partial<State>;
  /** How many steps did something. */
  readonly ran: number;
}

type Group<Subject, State> = readonly AnyStep<Subject, State>[];

/**
 * Runs a plan: decides each step, runs what must run, journals before and after, shows it. Steps of an inner array run
 * side by side; when one of them fails the others finish, then the plan ends with the first failure.
 * @throws the step's own error, with `during` set; AbortError (130) when the context's signal was aborted.
 */
export async function runPlan<Subject extends object, State extends object>(
  plan: Plan<Subject, State>,
  subject: Subject,
  ctx: Context,
  options: RunOptions<State>,
): Promise<PlanResult<State>> {
  const groups = groupsOf(plan);
  const steps = groups.flat();
  checkStepNames(plan, options);
  const run: Run<Subject, State> = { plan, subject, ctx, options, state: initialState(options), ran: 0, steps, progress: undefined };
  const progress = ctx.ui.startPlan(
    steps.map((step) => ({ id: step.id, title: titleOf(step, contextFor(run)), ...(step.hideWhenDone ? { hidden: true } : {}) })),
  );
  run.progress = progress;
  try {
    for (const group of groups) await runGroup(run, group);
  } finally {
    progress.end();
  }
  return { state: run.state, ran: run.ran };
}

interface Run<Subject, State> {
  readonly plan: Plan<Subject, State>;
  readonly subject: Subject;
  readonly ctx: Context;
  readonly options: RunOptions<State>;
  readonly steps: Group<Subject, State>;
  state: Partial<State>;
  ran: number;
  progress: PlanProgress | undefined;
}

async function runGroup<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  group: Group<Subject, State>,
): Promise<void> {
  const results = await Promise.allSettled(group.map((step) => runStep(run, step)));
  const failures = results.filter((result) => result.status === 'rejected').map((result): unknown => result.reason);
  const first = failures.find((failure) => !isAbortion(failure)) ?? failures[0];
  if (first !== undefined) throw first;
}

async function runStep<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
): Promise<void> {
  const { ctx, progress } = run;
  const at = contextFor(run);
  const title = titleOf(step, at);
  const startedAt = ctx.clock.now();
  const finish = (outcome: StepOutcome, detail: string): void => {
    if (step.hideWhenDone && (outcome === 'skipped' || outcome === 'adopted')) return;
    progress?.finish(step.id, outcome, detail, ctx.clock.now() - startedAt);
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
    run.options.log?.write(step.id, `${title}: ${assessed.decision.reason}`);
    const result = await step.run(at, ioFor(run, step));
    run.ran++;
    const detail = result?.detail ?? '';
    await succeed(run, step, { fingerprint: assessed.fingerprint, patch: result?.state, startedAt, detail });
    finish('done', detail);
  } catch (error) {
    const interrupted = isAbortion(error) || (ctx.signal.aborted && comesFromAbort(error));
    finish(interrupted ? 'interrupted' : 'failed', '');
    const failure = interrupted ? interruption(run, step, title, error) : failureOf(run, title, error);
    logFailure(run, step, failure);
    // A step that has not begun leaves its record alone: an earlier success is still one.
    if (begun) await recordFailure(run, step, { failure, startedAt });
    throw failure;
  }
}

interface Assessment<State> {
  readonly decision: Decision;
  readonly fingerprint: Fingerprint;
  readonly patch?: Partial<State> | undefined;
  readonly detail?: string | undefined;
}

/** Decides one step from the journal, its inputs and its probe. */
async function assess<Subject extends object, State extends object>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
): Promise<Assessment<State>> {
  const at = contextFor(run);
  for (const key of (step.requires ?? []) as (keyof State)[]) {
    if (run.state[key] === undefined) throw missingState(run, step, String(key));
  }
  const fingerprint = fingerprintOf({ ...step.inputs?.(at), ...requiredValues(run, step) });
  const recorded = run.plan.always ? undefined : run.options.journal?.data.steps[step.id];
  const probe = await step.isDone?.(at);
  const forced = run.options.only === step.id || run.options.from === step.id;
  const decision: Decision = forced
    ? { action: 'run', reason: 'asked for' }
    : decide({ record: recorded, fingerprint, probe, now: run.ctx.clock.now() });
  return { decision, fingerprint, ...(probe?.done ? { patch: probe.state, detail: probe.detail } : {}) };
}

function requiredValues<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>): Record<string, Json | undefined> {
  return Object.fromEntries(((step.requires ?? []) as (keyof State)[]).map((key) => [String(key), run.state[key] as Json | undefined]));
}

async function succeed<Subject, State>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  {
    fingerprint,
    patch,
    startedAt,
    detail,
  }: { fingerprint: Fingerprint; patch?: Partial<State> | undefined; startedAt: number; detail: string },
): Promise<void> {
  run.state = { ...run.state, ...patch };
  await record(run, step, { status: 'succeeded', startedAt, finishedAt: run.ctx.clock.now(), fingerprint, detail });
}

async function record<Subject, State>(
  run: Run<Subject, State>,
  step: AnyStep<Subject, State>,
  entry: Journal['data']['steps'][string],
): Promise<void> {
  await run.options.journal?.update((data) => {
    data.steps[step.id] = entry;
    data.state = { ...run.state };
  });
}

/** The step's own error, and the step with it; anything that is no error of ours is a bug of ours. */
function failureOf<Subject, State>(run: Run<Subject, State>, title: string, error: unknown): NomadctlError {
  const failure = error instanceof NomadctlError ? error : new BugError(reasonOf(error), { code: 'bug', cause: error });
  failure.during = { title, log: run.options.log?.dir };
  return failure;
}

function logFailure<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, failure: NomadctlError): void {
  const cause = failure instanceof BugError && failure.cause instanceof Error ? failure.cause : failure;
  run.options.log?.write(
    step.id,
    [`${failure instanceof AbortError ? 'interrupted' : 'failed'}: ${cause.stack ?? cause.message}`, ...failure.why].join('\n'),
  );
}

async function recordFailure<Subject extends object, State extends object>(
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

function interruption<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, title: string, error: unknown): AbortError {
  const position = run.steps.findIndex(({ id }) => id === step.id) + 1;
  const reason = run.ctx.signal.reason instanceof AbortError ? run.ctx.signal.reason : error;
  return new AbortError(`Interrupted while "${title}" (step ${position} of ${run.steps.length})`, 130, {
    why: reason instanceof AbortError ? reason.why : [],
    next: run.options.journal ? `${run.options.command}   continues here` : run.options.command,
    cause: error,
  });
}

function isAbortion(error: unknown): boolean {
  return error instanceof AbortError && error.exitCode === 130;
}

/** An aborted call may come wrapped in what it was for. */
function comesFromAbort(error: unknown): boolean {
  return isAbort(error) || (error instanceof Error && error.cause !== undefined && comesFromAbort(error.cause));
}

export interface PlannedStep {
  readonly id: string;
  readonly title: string;
  readonly action: Decision['action'];
  readonly reason: string;
}

/** What `runPlan` would do with each step, by the same decisions, doing nothing: `--plan`. */
export async function previewPlan<Subject extends object, State extends object>(
  plan: Plan<Subject, State>,
  subject: Subject,
  ctx: Context,
  options: RunOptions<State>,
): Promise<PlannedStep[]> {
  const steps = groupsOf(plan).flat();
  checkStepNames(plan, options);
  const run: Run<Subject, State> = { plan, subject, ctx, options, state: initialState(options), ran: 0, steps, progress: undefined };
  const willChange = new Map<keyof State, string>();
  const planned: PlannedStep[] = [];
  for (const step of steps) {
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
  if (assessed.decision.action === 'adopt') run.state = { ...run.state, ...assessed.patch };
  return assessed.decision;
}

function groupsOf<Subject, State>(plan: Plan<Subject, State>): Group<Subject, State>[] {
  return plan.steps.map((entry) => (Array.isArray(entry) ? (entry as Group<Subject, State>) : [entry as AnyStep<Subject, State>]));
}

function initialState<State>(options: RunOptions<State>): Partial<State> {
  return { ...options.state, ...(options.journal?.data.state as Partial<State> | undefined) };
}

function contextFor<Subject, State>(run: Run<Subject, State>): StepContext<Subject, State> {
  // Steps get no user interface: they speak through their io.
  const { ui: _, ...outside } = run.ctx;
  return Object.defineProperty({ ...outside, ...run.subject } as StepContext<Subject, State>, 'state', {
    get: () => run.state,
    enumerable: true,
  });
}

function ioFor<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>) {
  return {
    line: (text: string) => {
      run.progress?.line(step.id, run.ctx.redact(text));
      run.options.log?.write(step.id, text);
    },
    log: (text: string) => run.options.log?.write(step.id, text),
  };
}

function titleOf<Subject, State>(step: AnyStep<Subject, State>, at: StepContext<Subject, State>): string {
  return typeof step.title === 'string' ? step.title : step.title(at);
}

function isSelected<Subject, State>({ options, steps }: Run<Subject, State>, step: AnyStep<Subject, State>): boolean {
  if (options.only !== undefined) return step.id === options.only;
  if (options.from === undefined) return true;
  const ids = steps.map(({ id }) => id);
  return ids.indexOf(step.id) >= ids.indexOf(options.from);
}

/** @throws UsageError for a `--from` or `--only` that names no step. For callers that change something before they run. */
export function checkStepNames<Subject, State>(plan: Plan<Subject, State>, options: Pick<RunOptions<State>, 'command' | 'from' | 'only'>): void {
  const ids = groupsOf(plan).flat().map(({ id }) => id);
  const duplicate = ids.find((id, index) => ids.indexOf(id) !== index);
  if (duplicate) throw new OutcomeError(`plan ${plan.id} has two steps ${duplicate}`, { code: 'plan-ambiguous' });
  for (const [flag, id] of [
    ['--from', options.from],
    ['--only', options.only],
  ] as const) {
    if (id === undefined || ids.includes(id)) continue;
    throw new UsageError(`${flag} ${id}: ${plan.id} has no such step${didYouMean(id, ids)}`, {
      code: 'step-unknown',
      why: `its steps are ${ids.join(', ')}`,
      next: `${options.command} --plan`,
    });
  }
}

function missingState<Subject, State>(run: Run<Subject, State>, step: AnyStep<Subject, State>, key: string): PrerequisiteError {
  return new PrerequisiteError(`step ${step.id} needs ${key}, which no earlier step has handed on`, {
    code: 'state-missing',
    why:
      run.options.only || run.options.from ? 'the steps before it were left out' : `no step of plan ${run.plan.id} before it sets ${key}`,
    next: run.options.command,
  });
}
