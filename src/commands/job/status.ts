import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import type { Context } from '../../context.js';
import type { JobReport } from '../../jobs/report/job-report.js';
import { failingOfJob } from '../../jobs/report/failing-services.js';
import { readJob } from '../../jobs/report/read-job.js';
import type { Command, CommandInput, CommandResult } from '../command.js';
import { exposedLine, exposedOf } from './expose/exposed-here.js';
import { connectToJob, jobOf, namespaceFlag } from './job-input.js';
import { afterStatus, statusText } from './status-text.js';

export const command: Command = {
  arguments: [{ name: 'job', summary: 'a deployed job', required: true, completes: 'job' }],
  flags: [namespaceFlag],
  examples: ['nomadctl job status redis', 'nomadctl job status redis --json'],
  about:
    'Checks of services that do not pass are shown with what they ask and the last answer. A periodic or parameterized job shows when it starts the next run, and how the last ones came out.',
  run: status,
};

async function status(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const connection = await connectToJob(jobOf(input), input, ctx);
  const [report, failing] = await Promise.all([
    readJob(connection, jobOf(input), ctx.signal),
    failingOfJob(connection, jobOf(input), ctx.signal),
  ]);
  const url = addressOf(report, connection.nomad.url);
  const exposed = await exposedOf({ job: report.id, namespace: report.namespace }, ctx);
  const lines = exposed.map((one) => exposedLine(one, `port ${one.exposure.port}`, ctx));
  return {
    data: {
      ...report,
      failingChecks: failing,
      ...(exposed.length === 0 ? {} : { exposed: exposed.map(({ exposure, standing }) => ({ ...exposure, standing })) }),
      url,
    },
    text: statusText(report, { ctx, url, failing, exposed: lines }),
    next: afterStatus(report),
  };
}

/** Its page in Nomad's web interface. */
function addressOf({ id, namespace }: JobReport, nomad: string): string {
  return `${nomad}/ui/jobs/${encodeURIComponent(id)}${namespace === DEFAULT_NAMESPACE ? '' : `@${encodeURIComponent(namespace)}`}`;
}
