import { isAbort, OutcomeError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { Context } from '../context.js';
import { openRunLog } from '../engine/run-log.js';
import { runPlan } from '../engine/run-plan.js';
import type { Plan } from '../engine/step.js';
import type { CheckResult } from '../jobs/job-state.js';
import { deployedJobs } from '../jobs/report/deployed-jobs.js';
import { inNamespace } from '../jobs/parse/in-namespace.js';
import { aclStanding } from '../security/access/acl-standing.js';
import type { ConsulSession } from '../state/lock/consul-session.js';
import { runOwner } from '../state/lock/run-owner.js';
import { makePasswords } from '../steps/tenants/make-passwords.js';
import { makeVolumes } from '../steps/tenants/make-volumes.js';
import { removeTenantNamespace } from '../steps/tenants/remove-tenant-namespace.js';
import { removeSpareVolumes, removeVolumes } from '../steps/tenants/remove-volumes.js';
import { writeTenantNamespace } from '../steps/tenants/write-tenant-namespace.js';
import { operationError, settleTenant, writeOperation } from '../tenants/end-operation.js';
import { isEnded, type Operation, type TenantRecord } from '../tenants/records.js';
import { tenantAddress } from '../tenants/tenant-address.js';
import { tenantChecks, tenantJobSource } from '../tenants/tenant-job.js';
import { lockTenant } from '../tenants/tenant-lock.js';
import type { TenantsState, TenantSubject, TenantWork } from '../tenants/tenant-subject.js';
import { readOperation, readTenant } from '../tenants/tenant-store.js';
import { findTenantTemplate, type TenantTemplate } from '../tenants/tenant-template.js';
import { deployPlan, prepareDeployPlan, stopPlan, verifyPlan } from './job-plans.js';
import { prepareJob, runJobPlan } from './run-job-plan.js';

type TenantPlan = Plan<TenantSubject, TenantsState>;

const preparedPlan: TenantPlan = { id: 'tenant create', steps: [writeTenantNamespace, [makePasswords, makeVolumes]] };
const shrunkPlan: TenantPlan = { id: 'tenant scale', steps: [removeSpareVolumes] };
const removedPlan: TenantPlan = { id: 'tenant destroy', steps: [removeVolumes, removeTenantNamespace] };

/** By what an operation is done, whoever asked for it: the command line, or the controller. */
export interface Surroundings extends Pick<TenantWork, 'store' | 'writeRights'> {
  readonly connection: TenantSubject['connection'];
  /** What holds the lock on the tenant while it is worked on. */
  readonly session: ConsulSession;
}

/**
 * Does an operation that was accepted, or goes on with it where somebody was killed: every part looks first at what is there. One that
 * was overtaken by a later one, or has ended, is left alone.
 * @returns the operation as it ended
 * @throws what a part throws, after the failure is written beside the operation; LockedError `tenant-held`
 */
export async function performOperation(
  ctx: Context,
  { id, tenant }: Pick<Operation, 'id' | 'tenant'>,
  at: Surroundings,
): Promise<Operation> {
  const { store, session } = at;
  const { clock, signal } = ctx;
  const command = `nomadctl tenant ${tenant}`;
  const onWait = (holder: { readonly user: string; readonly host: string } | undefined): void =>
    ctx.ui.note(`Waiting for ${holder ? `${holder.user} on ${holder.host}` : 'somebody'}, who was at work on ${tenant}`);
  const release = await lockTenant(store, { tenant, session, command, run: id }, { clock, signal, onWait });
  try {
    const operation = (await readOperation(store, id, signal))?.value;
    if (!operation) throw new Error(`operation ${id} is not there`);
    if (isEnded(operation)) return operation;
    const record = (await readTenant(store, tenant, signal))?.value;
    if (record?.operation !== id) throw overtaken(operation);
    const owner = runOwner({ command: `${operation.kind} ${tenant}`, run: id, since: clock.now() });
    await writeOperation(store, operation, { change: { state: 'running', owner, started: operation.started ?? clock.now() }, signal });
    await perform(ctx, operation, at);
    await settleTenant(store, operation, signal);
    await writeOperation(store, operation, { change: { state: 'succeeded', step: 'done', ended: clock.now() }, signal });
    return { ...operation, state: 'succeeded', ended: clock.now() };
  } catch (error) {
    // One that was interrupted goes on later; what is written then must not end with the run's own signal.
    if (!isAbort(error) && !signal.aborted) {
      const change = { state: 'failed', error: operationError(error, ctx.given), ended: clock.now() } as const;
      await writeOperation(store, { id }, { change, signal: AbortSignal.timeout(5000) }).catch(() => undefined);
    }
    throw error;
  } finally {
    await release();
  }
}

function overtaken({ id, tenant, kind }: Operation): OutcomeError {
  return new OutcomeError(`operation ${id}, to ${kind} tenant ${tenant}, was overtaken by a later one`, {
    code: 'operation-overtaken',
    next: nomadctl`tenant show ${tenant}`,
  });
}

async function perform(ctx: Context, operation: Operation, { connection, store, writeRights }: Surroundings): Promise<void> {
  const { consul: isEnforced } = await aclStanding(connection, ctx.signal);
  const isEnding = operation.kind === 'destroy';
  const template = isEnding ? undefined : await findTenantTemplate(operation.template, ctx.paths);
  const work: TenantWork = { store, operation, writeRights, isEnforced, ...(template ? { template } : {}) };
  const step = (text: string) => writeOperation(store, operation, { change: { step: text }, signal: ctx.signal });
  const run = async (plan: TenantPlan): Promise<Partial<TenantsState>> => runTenantPlan(ctx, plan, { connection, tenants: work });
  if (!template) {
    await step('stopping its jobs');
    await stopJobs(ctx, connection, operation);
    await step('removing volumes and namespace');
    await run(removedPlan);
    return;
  }
  await step('namespace, passwords and volumes');
  const { volumes } = await run(preparedPlan);
  for (const one of template.jobs) {
    await step(`deploying ${one.part.job}`);
    const source = tenantJobSource(one, operation, volumes?.[one.part.job]);
    await deployJob(ctx, source, { connection, operation });
  }
  if (operation.kind === 'scale') await run(shrunkPlan);
  await step('verifying');
  await verifyTenant(ctx, { connection, template, tenant: operation.tenant });
}

async function runTenantPlan(ctx: Context, plan: TenantPlan, subject: TenantSubject): Promise<Partial<TenantsState>> {
  const id = `${new Date(ctx.clock.now()).toISOString().replace(/[:.]/g, '-')}-${subject.tenants.operation.tenant}`;
  const log = await openRunLog(ctx.paths.cluster(subject.connection.cluster).logs, id, ctx.redact);
  try {
    return (await runPlan(plan, ctx, { subject, state: {}, log })).state;
  } finally {
    await log.close();
  }
}

type JobSourceOf = ReturnType<typeof tenantJobSource>;

async function deployJob(
  ctx: Context,
  source: JobSourceOf,
  { connection, operation }: { connection: TenantSubject['connection']; operation: Operation },
): Promise<void> {
  const { tenant, variables } = operation;
  const declared = source.manifest.variables.map(({ name }) => name);
  const words = variables.filter((word) => declared.includes(word.split('=', 1)[0] ?? ''));
  const subject = {
    connection: inNamespace(connection, tenant),
    job: { source, variables: { words, files: [] }, intentions: source.manifest.intentions, options: { resetCounts: true } },
  };
  const state = await prepareJob(ctx, { plan: prepareDeployPlan, subject });
  await runJobPlan(ctx, {
    plan: deployPlan({ detach: false, verify: false }),
    subject,
    state,
    command: `nomadctl tenant create ${tenant}`,
  });
}

/** All jobs in its namespace, whoever deployed them. */
async function stopJobs(ctx: Context, connection: TenantSubject['connection'], { tenant }: Operation): Promise<void> {
  const own = await deployedJobs(connection, { namespace: tenant, signal: ctx.signal });
  for (const { id } of own.reverse()) {
    const subject = { connection: inNamespace(connection, tenant), job: { id, options: {} } };
    await runJobPlan(ctx, { plan: stopPlan({ purge: true, leavesGroups: false }), subject, command: `nomadctl tenant destroy ${tenant}` });
  }
}

/**
 * Tries every job of a tenant with the address that a customer gets.
 * @throws OutcomeError `tenant-no-address`, `check-failed`
 */
export async function verifyTenant(
  ctx: Context,
  { connection, template, tenant }: { connection: TenantSubject['connection']; template: TenantTemplate; tenant: TenantRecord['name'] },
): Promise<readonly CheckResult[]> {
  const address = await untilAddressed(ctx, { connection, template, tenant });
  const checks: CheckResult[] = [];
  for (const one of template.jobs) {
    const verify = tenantChecks(one, { tenant, address });
    if (!verify) continue;
    const subject = { connection: inNamespace(connection, tenant), job: { id: one.part.job, verify, options: {} } };
    const state = await runJobPlan(ctx, { plan: verifyPlan, subject, command: `nomadctl tenant verify ${tenant}` });
    checks.push(...(state.checks ?? []));
  }
  return checks;
}

/** Consul's view may trail Nomad's by a moment. */
const ADDRESS_MS = 15_000;

async function untilAddressed(
  { clock, signal }: Context,
  { connection, template, tenant }: { connection: TenantSubject['connection']; template: TenantTemplate; tenant: string },
) {
  const until = clock.now() + ADDRESS_MS;
  for (;;) {
    const address = await tenantAddress(connection, { tenant, manifest: template.manifest }, signal);
    if (address.addresses.length > 0) return address;
    if (clock.now() > until) {
      throw new OutcomeError(`tenant ${tenant} has no address`, {
        code: 'tenant-no-address',
        why: `Consul knows no instance of ${address.service} that passes its checks`,
        next: hint`${nomadctl`job list`} && ${nomadctl`job status ${template.jobs[0]?.part.job ?? ''} --namespace ${tenant}`}`,
      });
    }
    await clock.sleep(200, signal).catch((error: unknown) => {
      throw signal.aborted ? (signal.reason as Error) : error;
    });
  }
}
