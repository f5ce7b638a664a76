import type { Context } from '../../context.js';
import { isAbort, NomadctlError, UsageError } from '@nomadctl/base/errors';
import { formatDuration } from '@nomadctl/base/duration';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { listJobs, readTemplate } from '../../jobs/catalogue/find-job.js';
import { inNamespace, jobWords } from '../../jobs/parse/in-namespace.js';
import { deployedJobs, type DeployedJob } from '../../jobs/report/deployed-jobs.js';
import type { JobRequest } from '../../jobs/job-state.js';
import { verifyPlan } from '../../plans/job-plans.js';
import { runJobPlan } from '../../plans/run-job-plan.js';
import { flagOf, type CommandInput, type CommandResult } from '../command.js';
import { besideAll, connect, orSilence } from './job-input.js';

const FAILED = 1;

/** `job verify --all`: every job of the catalogue that is deployed and says how it is known to work. One that fails holds up no other. */
export async function verifyAll(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const what = besideAll(input, ['failover', 'plan']);
  if (what !== undefined) {
    throw new UsageError(`--all is about every job, and ${what} about one`, { code: 'all-and-one', next: again({ all: undefined }) });
  }
  const connection = await connect(input, ctx);
  const deployed = await orSilence(deployedJobs(connection, { namespace: flagOf(input, 'namespace'), signal: ctx.signal }), ctx);
  const entries = (await listJobs(ctx.paths)).filter(({ kind }) => kind === 'template');
  const results: Result[] = [];
  for (const job of deployed.filter(({ status }) => status !== 'stopped')) {
    const entry = entries.find(({ name }) => name === job.id);
    const verify = entry && (await readTemplate(entry)).manifest.verify;
    if (verify) results.push(await verified(job, { verify, connection: inNamespace(connection, job.namespace) }, ctx));
  }
  return resultOf(results, ctx);
}

interface Result {
  readonly job: string;
  readonly namespace: string;
  readonly ok: boolean;
  /** Titles of the checks, or what went wrong. */
  readonly said: string;
  readonly ms: number;
}

async function verified(
  { id, namespace }: DeployedJob,
  { verify, connection }: { readonly verify: NonNullable<JobRequest['verify']>; readonly connection: Awaited<ReturnType<typeof connect>> },
  ctx: Context,
): Promise<Result> {
  const startedAt = ctx.clock.now();
  const end = (ok: boolean, said: string): Result => ({ job: id, namespace, ok, said, ms: ctx.clock.now() - startedAt });
  const subject = { connection, job: { id, verify, options: {} } };
  try {
    const { checks = [] } = await runJobPlan(ctx, {
      plan: verifyPlan,
      subject,
      command: `nomadctl job verify ${jobWords(id, namespace).join(' ')}`,
    });
    return end(true, checks.map(({ title }) => title).join(', '));
  } catch (error) {
    if (isAbort(error) || !(error instanceof NomadctlError)) throw error;
    return end(false, [error.message, ...error.why.slice(0, 1)].join(': '));
  }
}

function resultOf(results: readonly Result[], { ui }: Context): CommandResult {
  const { style } = ui;
  const failed = results.filter(({ ok }) => !ok);
  const [first] = failed;
  const columns = ['JOB', 'WORKS', 'TOOK', 'CHECKS'];
  const rows = results.map(({ job, ok, said, ms }) => [style.bold(job), ok ? 'yes' : 'no', formatDuration(ms), said]);
  const said =
    results.length === 0
      ? 'No job is deployed that declares checks.'
      : `${formatTable(columns, rows, tableLook(ui))}\n\n${results.length - failed.length} of ${results.length} jobs do what they promise.`;
  return {
    data: { jobs: results },
    text: said,
    next: first ? nomadctl`job status ${jobWords(first.job, first.namespace)}` : nomadctl`job list`,
    ...(failed.length > 0 ? { exitCode: FAILED } : {}),
  };
}
