import { DEFAULT_NAMESPACE } from '../../cluster/connection.js';
import { listJobs, readTemplate, type CatalogueEntry } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import { NomadctlError } from '@nomadctl/base/errors';
import { again, type Hint } from '@nomadctl/base/hint/hint';
import type { DeployedJob } from '../../jobs/report/deployed-jobs.js';
import { formatTable, tableLook } from '@nomadctl/base/table';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { flagOf, type Command, type CommandInput, type CommandResult } from '../command.js';
import { fewJobs } from '../../jobs/report/few-jobs.js';
import { connect, orSilence } from './job-input.js';

export const command: Command = {
  flags: [
    { flag: '--namespace <name>', summary: 'what is deployed there; default: in all' },
    { flag: '--all', summary: 'every job; otherwise, of many, those that are not well' },
  ],
  examples: ['nomadctl job list', 'nomadctl job list --all', 'nomadctl job list --json'],
  about: 'Shows what can be deployed by name, and what is deployed. Works without a cluster, too.',
  run: list,
};

const UNKNOWN = 1;

interface Row {
  readonly name: string;
  readonly from: 'nomadctl' | 'own' | 'cluster';
  readonly title: string;
  readonly deployed: DeployedJob | undefined;
}

async function list(input: CommandInput, ctx: Context): Promise<CommandResult> {
  const [entries, seen] = await Promise.all([listJobs(ctx.paths), deployedOrNone(input, ctx)]);
  const { jobs: deployed } = seen;
  const known = (await mapBounded(entries, FILES_AT_ONCE, (entry) => rowsOf(entry, deployed))).flat();
  const others = (deployed ?? []).filter(({ id }) => !entries.some(({ name }) => name === id));
  const rowOf = (job: DeployedJob): Row => ({ name: job.id, from: 'cluster', title: '', deployed: job });
  const all = [...known, ...others.map(rowOf)];
  const { shown, summary } = fewJobs(others, { all: input.flags['all'] === true, showAll: renderHint(again({ all: true }), ctx.given) });
  const rows = [...known, ...shown.map(rowOf)];
  const { style } = ctx.ui;
  const namespaces = rows.some(({ deployed: job }) => job && job.namespace !== DEFAULT_NAMESPACE);
  const columns = ['JOB', ...(namespaces ? ['NAMESPACE'] : []), 'STATE', 'FROM', 'WHAT IT IS'];
  const cells = rows.map((row) => [
    style.bold(row.name),
    ...(namespaces ? [row.deployed?.namespace ?? '-'] : []),
    stateOf(row.deployed, seen.cluster),
    row.from,
    row.title,
  ]);
  return {
    data: { cluster: seen.cluster, ...(seen.problem ? { problem: seen.problem } : {}), jobs: all },
    text: [
      // Nothing is cut: what is wrong with a template has its reason at the end.
      formatTable(columns, cells, tableLook(ctx.ui)),
      ...(summary === undefined ? [] : ['', `Besides, ${summary}`]),
      '',
      `Own templates and job files go to ${ctx.paths.ownJobs}`,
      ...(seen.cluster === 'not up' ? [`${seen.problem ?? 'No cluster is up'}, so nothing is deployed.`] : []),
      ...(seen.cluster === 'unknown' ? [`What is deployed is unknown: ${seen.problem ?? ''}`] : []),
    ].join('\n'),
    next: seen.next,
    ...(seen.cluster === 'unknown' ? { exitCode: UNKNOWN } : {}),
  };
}

interface Seen {
  /** Unknown: there is a cluster, and it could not be asked. */
  readonly cluster: 'up' | 'not up' | 'unknown';
  readonly jobs?: DeployedJob[];
  readonly problem?: string;
  readonly next?: Hint | undefined;
}

/** Without a cluster the catalogue is still worth reading, and also beside one that does not answer. */
async function deployedOrNone(input: CommandInput, ctx: Context): Promise<Seen> {
  try {
    const connection = await connect(input, ctx);
    const { deployedJobs } = await import('../../jobs/report/deployed-jobs.js');
    const jobs = deployedJobs(connection, { namespace: flagOf(input, 'namespace'), signal: ctx.signal });
    return { cluster: 'up', jobs: await orSilence(jobs, ctx) };
  } catch (error) {
    if (!(error instanceof NomadctlError) || error.exitCode === 130 || ctx.global.cluster !== undefined) throw error;
    // The one that is meant: another may well be up.
    if (error.code === 'cluster-not-up') return { cluster: 'not up', problem: error.message.replace(/^c/, 'C') };
    if (error.code === 'cluster-unknown') return { cluster: 'not up' };
    return { cluster: 'unknown', problem: [error.message, ...error.why].join('; '), next: error.next };
  }
}

/** One for each namespace that has it. */
async function rowsOf(entry: CatalogueEntry, deployed: readonly DeployedJob[] | undefined): Promise<Row[]> {
  const jobs = (deployed ?? []).filter(({ id }) => id === entry.name);
  const row = { name: entry.name, from: entry.own ? 'own' : 'nomadctl', title: await titleOf(entry) } as const;
  return jobs.length === 0 ? [{ ...row, deployed: undefined }] : jobs.map((job) => ({ ...row, deployed: job }));
}

/** A broken template is listed with what is wrong: the list is where its owner looks. */
async function titleOf(entry: CatalogueEntry): Promise<string> {
  if (entry.kind === 'file') return 'job file';
  try {
    return (await readTemplate(entry)).manifest.title;
  } catch (error) {
    if (error instanceof NomadctlError) return `cannot be used: ${error.message}`;
    throw error;
  }
}

function stateOf(job: DeployedJob | undefined, cluster: Seen['cluster']): string {
  if (!job) return cluster === 'unknown' ? '?' : '-';
  const { counts, running } = job;
  const what = counts === 'allocations' ? '' : running === 1 ? ' run' : ' runs';
  return running > 0 ? `${job.status} (${running}${what})` : job.status;
}
