import type { Context } from '../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { readLogs, type LogLine } from '../../jobs/report/read-logs.js';
import { flagOf, wordOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { connectToJob, jobOf, namespaceFlag, numberOf } from './job-input.js';

export const command: Command = {
  arguments: [
    { name: 'job', summary: 'a deployed job', required: true, completes: 'job' },
    { name: 'task', summary: 'one task; default: all' },
  ],
  flags: [
    { flag: '-f, --follow', summary: 'go on with what comes' },
    { flag: '--stderr', summary: 'standard error instead of standard output' },
    { flag: '-n, --lines <count>', summary: 'only the last lines of each task' },
    { flag: '--alloc <id>', summary: 'one allocation, by the beginning of its id' },
    namespaceFlag,
  ],
  examples: ['nomadctl job logs redis redis-server', 'nomadctl job logs redis -f', 'nomadctl job logs redis connect-proxy --stderr -n 20'],
  about: 'Tasks that have not started are left out. Of a periodic or parameterized job the newest run is shown.',
  run: logs,
};

async function logs(input: CommandInput, ctx: Context): Promise<CommandResult | undefined> {
  const follow = input.flags['follow'] === true;
  if (follow && ctx.global.json) throw new UsageError('--follow has no end, and --json prints one document', { code: 'flags-conflict' });
  const lines: LogLine[] = [];
  let count = 0;
  const request = {
    job: jobOf(input),
    task: wordOf(input, 'task'),
    allocation: flagOf(input, 'alloc'),
    stream: input.flags['stderr'] === true ? ('stderr' as const) : ('stdout' as const),
    follow,
    lines: numberOf(flagOf(input, 'lines'), '--lines'),
    signal: ctx.signal,
  };
  const several = request.task === undefined;
  const { job, missing } = await readLogs(await connectToJob(request.job, input, ctx), request, {
    // A periodic or parameterized job says nothing itself.
    onJob: (id) => id !== request.job && ctx.ui.note(`${request.job} only starts others; this is of its newest run, ${id}`),
    onLine(line) {
      count++;
      if (ctx.global.json) lines.push(line);
      else ctx.ui.write(`${several ? ctx.ui.style.dim(`${line.group}/${line.task} ${line.allocation.slice(0, 8)} | `) : ''}${line.line}\n`);
    },
  });
  for (const sentence of missing) ctx.ui.warn(sentence);
  if (count === 0 && missing.length === 0 && !follow)
    ctx.ui.note(`${job} has printed nothing${input.flags['stderr'] === true ? ' on standard error' : ''}`);
  return ctx.global.json ? { data: { job, lines, missing }, text: '' } : undefined;
}
