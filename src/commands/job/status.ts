import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import { formatAge } from '@nomadctl/base/duration';
import { alignRows, formatTable } from '@nomadctl/base/table';
import type { AllocationReport, JobReport } from '../../jobs/report/job-report.js';
import { readJob } from '../../jobs/report/read-job.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { connectToJob, jobOf, namespaceFlag } from './job-input.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job', required: true, completes: 'job' }],
  flags: [namespaceFlag],
  examples: ['nomadctl job status redis', 'nomadctl job status redis --json'],
  run: status,
};

const SHORT = 8;
const ALLOCATIONS = 20;
const GROUP_COLUMNS = ['GROUP', 'RUNNING', 'FAILED'].map((title) => ({ title }));
const ALLOCATION_COLUMNS = ['ALLOCATION', 'GROUP', 'NODE', 'VERSION', 'STATE', 'AGE', 'PORTS'].map((title) => ({ title }));

async function status(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const connection = await connectToJob(jobOf(input), input, ctx);
  const report = await readJob(connection, jobOf(input), ctx.signal);
  const url = addressOf(report, connection.nomad.url);
  return {
    data: { ...report, url },
    text: textOf(report, { ctx, url }),
  };
}

/** Its page in Nomad's web interface. */
function addressOf({ id, namespace }: JobReport, nomad: string): string {
  return `${nomad}/ui/jobs/${encodeURIComponent(id)}${namespace === DEFAULT_NAMESPACE ? '' : `@${encodeURIComponent(namespace)}`}`;
}

function textOf(report: JobReport, { ctx, url }: { ctx: Context; url: string }): string {
  const { style, columns: width } = ctx.ui;
  const now = ctx.clock.now();
  const age = (at: number): string => formatAge(now - at);
  const options = { width, header: style.dim };
  const groups = report.groups.map((group) => [group.name, `${group.running} of ${group.desired}`, String(group.failed)]);
  const allocations = report.allocations.slice(0, ALLOCATIONS).map((one) => allocationRow(one, { style, age }));
  const { deployment } = report;
  const namespace = report.namespace === DEFAULT_NAMESPACE ? '' : ` · namespace ${report.namespace}`;
  return [
    `${style.bold(report.id)}${namespace} · ${report.type} · ${stateOf(report.status, style)} · version ${report.version}, ${age(report.submittedAt)}`,
    ...(deployment
      ? [
          `deployment ${deployment.id.slice(0, SHORT)} of version ${deployment.version}: ${deployment.status}${deployment.status === 'running' ? ` (${deployment.description})` : ''}`,
        ]
      : []),
    '',
    formatTable(GROUP_COLUMNS, groups, options),
    '',
    formatTable(ALLOCATION_COLUMNS, allocations, options),
    ...(report.events.length > 0
      ? ['', style.dim('EVENTS'), ...alignRows(report.events.map((event) => [age(event.at), event.task, event.type, event.text]))]
      : []),
    '',
    url,
  ].join('\n');
}

type Style = Context['ui']['style'];

function allocationRow(one: AllocationReport, { style, age }: { style: Style; age: (at: number) => string }): string[] {
  const state = one.desired === 'run' ? one.status : `${one.status}, ${one.desired}`;
  return [
    one.id.slice(0, SHORT),
    one.group,
    one.node,
    String(one.version),
    `${stateOf(state, style)}${one.restarts > 0 ? ` (${one.restarts} ${one.restarts === 1 ? 'restart' : 'restarts'})` : ''}`,
    age(one.createdAt),
    Object.entries(one.ports)
      .map(([label, port]) => `${label}:${port}`)
      .join(' '),
  ];
}

function stateOf(state: string, style: Style): string {
  if (state === 'running' || state === 'complete') return style.good(state);
  if (/failed|lost|dead/.test(state)) return style.bad(state);
  return state;
}
