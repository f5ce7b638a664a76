import { rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import { askTerraform, PLAN_EXITS, runTerraform, SOMETHING_TO_DO, terraformArgv, type PlanRequest } from '../tools/terraform.js';
import { describeChanges, gatherMessages, noChanges, totalOf, type ChangeCounts, type Gathered } from './plan-stream.js';
import { isAbort, NomadctlError, OutcomeError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { breakDeadLock } from './dead-lock.js';
import { openLockPatience, throughLocks } from './lock-patience.js';
import { openPatience, type Patience } from './patience.js';
import { forget } from './import-resources.js';
import { forgetValues } from './forget-values.js';
import { inventoryOf, pullState } from './inventory.js';
import { keepState } from './kept-states.js';
import { terraformError } from './terraform-error.js';
import { troubleIn } from './trouble.js';
import type { TerraformScope } from './terraform-scope.js';

export interface ApplyOptions extends Pick<PlanRequest, 'destroy' | 'target'> {
  /** For messages: `create the network`. */
  readonly what: string;
  /** Before another attempt: finds what was made without terraform knowing. */
  readonly betweenAttempts?: (failed: Gathered) => Promise<void>;
  /** Addresses of what is to be made anew although nothing of it changed. Asked before each attempt. */
  readonly replace?: () => readonly string[];
  /** Looks at what is planned and throws when it must not be done. */
  readonly check?: (planned: Gathered['planned']) => void;
  /** Addresses whose resource UCloud is known to have: a plan that makes them anew was made from an old list. */
  readonly present?: () => ReadonlySet<string>;
}

export interface Planned extends Gathered {
  readonly pending: boolean;
}

export interface Applied {
  readonly changes: ChangeCounts;
  /** Whether something had to be tried again: what was made in between should be looked at once more. */
  readonly troubled: boolean;
}

/**
 * Plans, saves the plan, applies just that. What UCloud throttles, and what is lost on the way, is looked for and tried again
 * with the state kept, as long as `Patience` has it. Returns what was changed.
 * @throws ToolError or PrerequisiteError with the resource and UCloud's reason; what was made stays, and in the state.
 */
export async function applyRoot(scope: TerraformScope, options: ApplyOptions): Promise<Applied> {
  // Of a run that was killed, or of terraform by hand.
  await forgetValues(scope);
  await pushErroredState(scope);
  const patience = openPatience(scope);
  const locks = openLockPatience(scope);
  let changes = noChanges;
  for (let believed = false; ;) {
    const planned = await planRoot(scope, { ...options, believed }, patience);
    if (!planned.pending) return { changes, troubled: patience.trouble !== undefined };
    if (!believed && hasForgotten(planned, options.present?.()) && (await patience.again('late'))) continue;
    options.check?.(planned.planned);
    scope.log(describeChanges(planned.changes));
    if (changes === noChanges) changes = planned.changes;
    const failed = await applyPlan(scope, planned.changes);
    if (!failed) return { changes, troubled: patience.trouble !== undefined };
    if (await locks.again(failed.gathered)) continue;
    if (!(await patience.again(troubleIn(failed.gathered), totalOf(planned.changes)))) throw failureOf(scope, options.what, failed);
    if (options.betweenAttempts) await forgetHalfGone(scope, failed.gathered.errors, planned.planned);
    await options.betweenAttempts?.(failed.gathered);
    // What is there has just been looked at, one thing at a time and with patience; terraform would ask for all of it at once.
    believed = patience.trouble !== 'passing';
  }
}

export interface PlanOptions extends Omit<ApplyOptions, 'betweenAttempts' | 'check' | 'present'> {
  /** Does not have terraform read what is in its state. */
  readonly believed?: boolean;
}

/** What terraform would do now. Leaves the plan in its file, for `applyRoot`; without one when nothing is to be done. */
export async function planRoot(scope: TerraformScope, options: PlanOptions, patience: Patience = openPatience(scope)): Promise<Planned> {
  const { root, detour } = scope;
  const compared = options.believed !== true;
  const locks = openLockPatience(scope);
  // Of a state that is gone terraform says nothing, and makes everything again.
  if (root.backend) await pullState(scope);
  for (;;) {
    scope.line(compared ? 'comparing with what is there' : 'planning from what is known');
    const request: PlanRequest = {
      file: root.planFile,
      ...(options.destroy ? { destroy: true } : {}),
      replace: options.replace?.() ?? [],
      target: options.target ?? [],
      refresh: compared,
      ...(detour ? { variables: detour.variables() } : {}),
    };
    const gathered = gatherMessages(() => {});
    const exitCode = await run(scope, terraformArgv.plan(request), { gathered, accept: [...PLAN_EXITS, 1] });
    const result = gathered.result();
    if (exitCode !== 1) {
      if (exitCode !== SOMETHING_TO_DO) {
        await rm(root.planFile, { force: true });
        // Of an apply that outlived its run nobody has made a copy.
        if (!options.destroy) await keepState(scope);
      }
      return { ...result, pending: exitCode === SOMETHING_TO_DO };
    }
    await rm(root.planFile, { force: true });
    if (await locks.again(result)) continue;
    if (!(await patience.again(troubleIn(result)))) throw failureOf(scope, options.what, { exitCode, gathered: result });
  }
}

/**
 * What was to go may be gone although the answer was lost: asked for once more, UCloud would say that there is no such thing.
 * Where it is still there, it is found as something that terraform does not know.
 */
async function forgetHalfGone(scope: TerraformScope, errors: Gathered['errors'], planned: Gathered['planned']): Promise<void> {
  const addresses = new Set(errors.flatMap(({ address }) => address ?? []));
  const known = (await inventoryOf(scope)).map(({ address }) => address);
  for (const address of known.filter((one) => addresses.has(one) && GOING.includes(planned.get(one) ?? ''))) await forget(scope, address);
}

const GOING = ['delete', 'replace'];

/** Whether something is to be made that is there. */
function hasForgotten({ planned }: Planned, present: ReadonlySet<string> = new Set()): boolean {
  return [...planned].some(([address, action]) => action === 'create' && present.has(address));
}

interface Failed {
  readonly exitCode: number;
  readonly gathered: Gathered;
}

async function applyPlan(scope: TerraformScope, changes: ChangeCounts): Promise<Failed | undefined> {
  const { root } = scope;
  await keepState(scope);
  const gathered = gatherMessages(scope.line, totalOf(changes));
  try {
    const exitCode = await run(scope, terraformArgv.apply(root.planFile), { gathered, accept: [0, 1] });
    return exitCode === 0 ? undefined : { exitCode, gathered: gathered.result() };
  } finally {
    await rm(root.planFile, { force: true });
    await forgetValues(scope);
    await pushErroredState(scope);
    await keepState(scope);
  }
}

async function run(
  { ctx, root, terraform, env, log }: TerraformScope,
  argv: readonly string[],
  { gathered, accept }: { gathered: ReturnType<typeof gatherMessages>; accept: readonly number[] },
): Promise<number> {
  return runTerraform(ctx, {
    program: terraform.path,
    folder: root.folder,
    argv,
    env,
    accept,
    processFile: root.processFile,
    outputFile: root.outputFile,
    onLine: (line) => {
      gathered.take(line);
      log(line);
    },
  });
}

function failureOf({ root, baseUrl, next }: TerraformScope, what: string, { exitCode, gathered }: Failed): Error {
  return terraformError(gathered, { what, exitCode, outputFile: root.outputFile, baseUrl, next });
}

/**
 * Terraform stores a state that it could not write to its place in another file, where nobody would look. The next run takes it over before
 * it plans anything.
 * @throws OutcomeError `state-not-kept` while it cannot be written to its place
 */
export async function pushErroredState(scope: TerraformScope): Promise<void> {
  const { ctx, root, terraform, env, line, log } = scope;
  const errored = join(root.folder, 'errored.tfstate');
  if (!existsSync(errored)) return;
  const call = { program: terraform.path, folder: root.folder, argv: terraformArgv.statePush(errored), env };
  try {
    // It may not have been able to give its lock back either.
    await breakDeadLock(ctx, root, line);
    await throughLocks(scope, () => askTerraform(ctx, call));
  } catch (cause) {
    if (!(cause instanceof NomadctlError) || isAbort(cause)) throw cause;
    throw notKept(scope, errored, cause);
  }
  await makeFolder(root.backups);
  await rename(errored, join(root.backups, `${ctx.clock.now()}.errored`));
  log('took over errored.tfstate');
}

function notKept({ root, next }: TerraformScope, errored: string, cause: NomadctlError): OutcomeError {
  return new OutcomeError(`what terraform has made of the ${root.name} could not be written to ${root.backend?.title ?? root.state}`, {
    code: 'state-not-kept',
    why: [`it is kept in ${errored}, and nothing is made a second time`, cause.message, ...cause.why.slice(0, 6)],
    next: hint`${next}   takes it over, once that can be written`,
    cause,
  });
}
