import { copyFile, readdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { askTerraform, PLAN_EXITS, runTerraform, SOMETHING_TO_DO, terraformArgv, type PlanRequest } from '../tools/terraform.js';
import { describeChanges, gatherMessages, noChanges, totalOf, type ChangeCounts, type Gathered } from './plan-stream.js';
import { isTransient, terraformError } from './terraform-error.js';
import type { TerraformScope } from './terraform-scope.js';

export interface ApplyOptions extends Omit<PlanRequest, 'file'> {
  /** For messages: `create the network`. */
  readonly what: string;
  /** Before another attempt after trouble on the way: finds what was made without terraform knowing. */
  readonly betweenAttempts?: () => Promise<void>;
  /** Looks at what is planned and throws when it must not be done. */
  readonly check?: (planned: Gathered['planned']) => void;
}

export interface Planned extends Gathered {
  readonly pending: boolean;
}

const ATTEMPTS = 3;
const PAUSE_MS = 2000;

/**
 * Plans, saves the plan, applies just that. After throttling or a lost answer it looks again and goes on, three times at most.
 * Returns what was changed.
 * @throws ToolError or PrerequisiteError with the resource and UCloud's reason; what was made stays, and in the state.
 */
export async function applyRoot(scope: TerraformScope, options: ApplyOptions): Promise<ChangeCounts> {
  for (let attempt = 1; ; attempt++) {
    const planned = await planRoot(scope, options);
    if (!planned.pending) return noChanges;
    options.check?.(planned.planned);
    scope.log(describeChanges(planned.changes));
    const failed = await applyPlan(scope, planned.changes);
    if (!failed) return planned.changes;
    if (attempt === ATTEMPTS || !isTransient(failed.gathered)) throw failureOf(scope, options.what, failed);
    scope.line(`trouble on the way, looking again (${attempt} of ${ATTEMPTS - 1})`);
    // Three of us that were throttled together must not come back together.
    await scope.ctx.clock.sleep(PAUSE_MS * attempt * (0.5 + Math.random()), scope.ctx.signal);
    await options.betweenAttempts?.();
  }
}

/** What terraform would do now. Leaves the plan in its file, for `applyRoot`; without one when nothing is to be done. */
export async function planRoot(scope: TerraformScope, options: Omit<ApplyOptions, 'betweenAttempts' | 'check'>): Promise<Planned> {
  const { root } = scope;
  for (let attempt = 1; ; attempt++) {
    scope.line('comparing with what is there');
    const request: PlanRequest = {
      file: root.planFile,
      ...(options.destroy ? { destroy: true } : {}),
      replace: options.replace ?? [],
      target: options.target ?? [],
    };
    const gathered = gatherMessages(() => {});
    const exitCode = await run(scope, terraformArgv.plan(request), { gathered, accept: [...PLAN_EXITS, 1] });
    const result = gathered.result();
    if (exitCode !== 1) {
      if (exitCode !== SOMETHING_TO_DO) await rm(root.planFile, { force: true });
      return { ...result, pending: exitCode === SOMETHING_TO_DO };
    }
    await rm(root.planFile, { force: true });
    if (attempt === ATTEMPTS || !isTransient(result)) throw failureOf(scope, options.what, { exitCode, gathered: result });
    await scope.ctx.clock.sleep(PAUSE_MS * attempt * (0.5 + Math.random()), scope.ctx.signal);
  }
}

/** Values of a root's outputs; none before the first apply. */
export async function outputsOf({ ctx, root, terraform, env }: TerraformScope): Promise<Readonly<Record<string, unknown>>> {
  const text = await askTerraform(ctx, { program: terraform.path, folder: root.folder, argv: terraformArgv.output(), env });
  const outputs = JSON.parse(text) as Record<string, { value: unknown }>;
  return Object.fromEntries(Object.entries(outputs).map(([name, { value }]) => [name, value]));
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
    await pushErroredState(scope);
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

const KEPT_STATES = 10;

/** Terraform keeps one state back; a run that is killed twice needs more. */
async function keepState({ root, ctx }: TerraformScope): Promise<void> {
  if (!existsSync(root.state)) return;
  await makeFolder(root.backups);
  await copyFile(root.state, join(root.backups, `${String(ctx.clock.now()).padStart(15, '0')}.tfstate`));
  const kept = (await readdir(root.backups)).sort();
  await mapBounded(kept.slice(0, -KEPT_STATES), FILES_AT_ONCE, (file) => rm(join(root.backups, file), { force: true }));
}

/** Terraform stores a state that it could not write to its place in another file, where nobody would look. */
export async function pushErroredState({ ctx, root, terraform, env, log }: TerraformScope): Promise<void> {
  const errored = join(root.folder, 'errored.tfstate');
  if (!existsSync(errored)) return;
  await askTerraform(ctx, { program: terraform.path, folder: root.folder, argv: terraformArgv.statePush(errored), env });
  await makeFolder(root.backups);
  await rename(errored, join(root.backups, `${ctx.clock.now()}.errored`));
  log('took over errored.tfstate');
}
