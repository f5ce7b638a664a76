import type { Context } from '../../../context.js';
import { UsageError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { formatDuration } from '@nomadctl/base/duration';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { readJobSet } from '../../../jobs/catalogue/job-set.js';
import type { CommandInput, CommandResult } from '../../command.js';
import { besideAll, connect } from '../job-input.js';
import { deploySet } from './deploy-set.js';

/** What is about one job alone. */
const OF_ONE = ['var', 'varFile', 'driver', 'checkIndex', 'via', 'plan', 'detach', 'with'] as const;

/** `job deploy --all <file>`: a set of jobs in order. */
export async function deployAll(file: string, input: CommandInput, ctx: Context): Promise<CommandResult> {
  const what = besideAll(input, OF_ONE);
  if (what !== undefined) {
    throw new UsageError(`--all takes its jobs and their variables from ${file}, and no ${what} beside it`, {
      code: 'job-set',
      next: hint`leave it out, or deploy one job: ${nomadctl`job deploy --help`}`,
    });
  }
  const set = await readJobSet(file);
  const startedAt = ctx.clock.now();
  const done = await deploySet(set, { input, connect: () => connect(input, ctx) }, ctx);
  const { style } = ctx.ui;
  const rows = done.map(({ job, state, ms }) => [
    style.bold(job),
    state.registered?.unchanged ? 'unchanged' : `version ${state.registered?.version ?? 0}`,
    state.health?.outcome ?? '',
    formatDuration(ms),
    (state.checks ?? []).map(({ title }) => title).join(', '),
  ]);
  const columns = ['JOB', 'REGISTERED', 'OUTCOME', 'TOOK', 'VERIFIED'];
  return {
    data: { jobs: done.map(({ job, state, ms }) => ({ job, outcome: state.health?.outcome, checks: state.checks ?? [], ms })) },
    text: `${formatTable(columns, rows, tableLook(ctx.ui))}\n\n${done.length} jobs ${style.dim(`(${formatDuration(ctx.clock.now() - startedAt)})`)}`,
    next: nomadctl`job verify --all`,
  };
}
