import { listJobs, readTemplate, type CatalogueEntry } from '../../jobs/catalogue/find-job.js';
import type { Context } from '../../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { deployedJobs, type DeployedJob } from '../../jobs/report/deployed-jobs.js';
import { formatTable } from '@nomadctl/base/table';
import type { Command, CommandResult } from '../command.js';
import { connect } from './job-input.js';

export const command: Command = {
  examples: ['nomadctl job list', 'nomadctl job list --json'],
  about: 'Shows what can be deployed by name, and what is deployed. Works without a cluster, too.',
  run: (_input, ctx) => list(ctx),
};

interface Row {
  readonly name: string;
  readonly from: 'nomadctl' | 'own' | 'cluster';
  readonly title: string;
  readonly deployed: DeployedJob | undefined;
}

async function list(ctx: Context): Promise<CommandResult> {
  const [entries, deployed] = await Promise.all([listJobs(ctx.paths), deployedOrNone(ctx)]);
  const known = await Promise.all(entries.map((entry) => rowOf(entry, deployed)));
  const others = (deployed ?? []).filter(({ id }) => !entries.some(({ name }) => name === id));
  const rows = [...known, ...others.map((job): Row => ({ name: job.id, from: 'cluster', title: '', deployed: job }))];
  const { style } = ctx.ui;
  const columns = [{ title: 'JOB' }, { title: 'STATE' }, { title: 'FROM' }, { title: 'WHAT IT IS' }];
  const cells = rows.map((row) => [style.bold(row.name), stateOf(row.deployed), row.from, row.title]);
  return {
    data: { cluster: deployed ? 'up' : 'not up', jobs: rows },
    text: [
      // Nothing is cut: what is wrong with a template has its reason at the end.
      formatTable(columns, cells, { header: style.dim }),
      '',
      `Own templates and job files go to ${ctx.paths.ownJobs}`,
      ...(deployed ? [] : ['No cluster is up, so nothing is deployed.']),
    ].join('\n'),
  };
}

/** Without a cluster the catalogue is still worth reading. */
async function deployedOrNone(ctx: Context): Promise<DeployedJob[] | undefined> {
  try {
    return await deployedJobs(await connect(ctx), ctx.signal);
  } catch (error) {
    if (error instanceof NomadctlError && error.exitCode !== 130 && ctx.global.cluster === undefined) return undefined;
    throw error;
  }
}

async function rowOf(entry: CatalogueEntry, deployed: readonly DeployedJob[] | undefined): Promise<Row> {
  const job = deployed?.find(({ id }) => id === entry.name);
  return { name: entry.name, from: entry.own ? 'own' : 'nomadctl', title: await titleOf(entry), deployed: job };
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

function stateOf(job: DeployedJob | undefined): string {
  return job ? `${job.status}${job.running > 0 ? ` (${job.running})` : ''}` : '-';
}
