import { runningAgents } from '../../cluster/running-agents.js';
import { findJob, type JobSource } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { failoverPlan, verifyPlan } from '../../plans/job-plans.js';
import type { JobReport } from '../../jobs/report/job-report.js';
import { readJob } from '../../jobs/report/read-job.js';
import { runJobPlan } from '../../plans/run-job-plan.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { connectToJob, jobOf, namespaceFlag, requireJob } from './job-input.js';
import { jobWords } from '../../jobs/parse/in-namespace.js';
import { shapeOfReport, tellFaults } from './tell-faults.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job of the catalogue', completes: 'job' }],
  flags: [
    { flag: '--all', summary: 'every deployed job that declares checks' },
    {
      flag: '--failover [what]',
      summary: 'stop the allocation, or with "node" its whole node, and measure how long nobody answers',
      choices: ['allocation', 'node'],
    },
    { flag: '--plan', summary: 'with --failover: print what would be taken down, and touch nothing' },
    namespaceFlag,
  ],
  examples: [
    'nomadctl job verify redis',
    'nomadctl job verify --all',
    'nomadctl job verify redis --failover',
    'nomadctl job verify redis --failover=node',
  ],
  about:
    "What is checked, and what must survive, is declared in the job's template. A node that was taken down is brought back, also after Ctrl-C.",
  run: verify,
};

async function verify(input: CommandInput, ctx: Context): Promise<CommandResult> {
  if (input.flags['all'] === true) return (await import('./verify-all.js')).verifyAll(input, ctx);
  requireJob(input, again({ all: true }));
  const word = jobOf(input);
  const source = await findJob(word, ctx.paths);
  const declared = declaredOf(source);
  const what = failoverOf(input);
  if (what && !declared.failover) {
    throw new UsageError(`job ${word} does not declare what fails over`, {
      code: 'failover-undeclared',
      why: 'its job.json has no verify.failover',
      next: nomadctl`job verify ${word}`,
    });
  }
  const connection = await connectToJob(word, input, ctx);
  const report = await readJob(connection, word, ctx.signal);
  tellFaults(ctx, await runningAgents(connection, ctx.signal), { command: 'job verify', job: shapeOfReport(report) });
  if (input.flags['plan'] === true) return planned(report, { what, declared });
  const state = await runJobPlan(ctx, {
    plan: what ? failoverPlan(what) : verifyPlan,
    subject: { connection, job: { id: word, verify: declared, options: {} } },
    command: `nomadctl job verify ${jobWords(word, report.namespace).join(' ')}${what ? ` --failover=${what}` : ''}`,
  });
  return resultOf({ job: word, namespace: report.namespace, canFailOver: declared.failover !== undefined }, state, ctx);
}

/** Nothing is taken down by the checks alone, so of these there is only what they are. */
function planned(report: JobReport, { what, declared }: { what: 'allocation' | 'node' | undefined; declared: Declared }): CommandResult {
  const checks = declared.checks.map(({ title }) => title);
  if (!what || !declared.failover) return { data: { checks, changes: 0 }, text: `Would check ${checks.join(', ')}, and change nothing` };
  const { group } = declared.failover;
  const running = report.allocations.filter((allocation) => allocation.group === group && allocation.status === 'running');
  const victims = running.map(({ id, node }) => ({ allocation: id, node }));
  const each = victims.map(({ allocation, node }) => `${allocation.slice(0, 8)} on ${node}`).join(' or ') || 'none, as none runs';
  const act = what === 'node' ? `take down the node of an allocation of group ${group}` : `stop an allocation of group ${group}`;
  const text = `Would ${act} (${each}), measure how long nobody answers, and ${what === 'node' ? 'bring the node back' : 'wait for the new one'}. Nothing was changed.`;
  return { data: { what, group, candidates: victims, checks, changes: 1 }, text };
}

type Declared = NonNullable<Extract<JobSource, { kind: 'template' }>['manifest']['verify']>;

function declaredOf(source: JobSource): Declared {
  const declared = source.kind === 'template' ? source.manifest.verify : undefined;
  if (declared) return declared;
  throw new UsageError(`job ${source.name} declares no checks`, {
    code: 'checks-undeclared',
    why: "checks are declared in a template's job.json",
    next: nomadctl`job show redis`,
  });
}

function failoverOf(input: CommandInput): 'allocation' | 'node' | undefined {
  const value = input.flags['failover'];
  if (value === undefined || value === false) return undefined;
  if (value === true || value === 'allocation') return 'allocation';
  if (value === 'node') return 'node';
  throw new UsageError(`--failover knows "allocation" and "node" (got "${String(value)}")`, {
    code: 'failover-unknown',
    next: nomadctl`job verify --help`,
  });
}

function resultOf(
  { job, namespace, canFailOver }: { job: string; namespace: string; canFailOver: boolean },
  { checks = [], failover }: Awaited<ReturnType<typeof runJobPlan>>,
  { ui: { style } }: Context,
): CommandResult {
  const lines = checks.map(({ title, found }) => `  ${title}  ${style.dim(found)}`);
  const moved = failover
    ? [
        '',
        `Failover of ${failover.group} (${failover.what})`,
        `  before    ${failover.before.node}  ${style.dim(failover.before.id.slice(0, 8))}`,
        `  after     ${failover.after.node}  ${style.dim(failover.after.id.slice(0, 8))}`,
        `  downtime  ${(failover.downtimeMs / 1000).toFixed(1)} s ${style.dim(`(${failover.failedProbes} of ${failover.probes} probes unanswered)`)}`,
        ...(failover.unchanged ? [`  same      ${failover.unchanged.title} ${failover.unchanged.value} before and after`] : []),
      ]
    : [];
  const words = jobWords(job, namespace);
  const next = failover || !canFailOver ? nomadctl`job status ${words}` : nomadctl`job verify ${words} --failover`;
  return {
    data: { job, checks, failover, downtimeSeconds: failover ? failover.downtimeMs / 1000 : undefined },
    text: [`${style.bold(job)} does what it promises`, ...lines, ...moved, ''].join('\n'),
    next,
  };
}
