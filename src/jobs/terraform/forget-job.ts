import { rm } from 'node:fs/promises';
import { isAbort } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { reasonOf } from '@nomadctl/base/reason';
import { locateTool } from '../../programs/locate-tool.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { inventoryOf } from '../../terraform/inventory.js';
import { jobAddress, jobSpecFile } from './job-resources.js';
import { forget } from '../../terraform/import-resources.js';
import { initRoot } from '../../terraform/init-root.js';
import { renderRoot, writeRoot } from '../../terraform/render-root.js';
import { jobsScope, type JobsWork } from './jobs-scope.js';
import { plannedJobs, readJobValues } from './planned-jobs.js';
import type { Root } from '../../terraform/root.js';
import { keptRoot } from '../../state/kept-root.js';
import { HERE } from '../../state/state-owner.js';

export interface ForgetJobRequest extends Omit<JobsWork, 'terraform'> {
  /** Its key, by `jobKey`. */
  readonly job: string;
}

/** What terraform knows of a job afterwards. `because` says why it is in its state still. */
export type Forgotten = { readonly outcome: 'unknown' | 'forgotten' } | { readonly outcome: 'left'; readonly because: string };

/**
 * Takes a job out of the `jobs` root, so that no later apply brings back what was stopped on purpose. Nomad is not asked. A terraform that
 * fails is no reason not to stop a job: then all of it stays as it was.
 */
export async function forgetJob(request: ForgetJobRequest): Promise<Forgotten> {
  const { ctx, connection, job, io } = request;
  const { cluster, statePlace: place = HERE } = connection;
  const root = keptRoot(ctx, { name: cluster, paths: ctx.paths.cluster(cluster), place }, 'jobs');
  if (!(await isKnown(root, job))) return { outcome: 'unknown' };
  await endOfEarlierRun(ctx, root, io.line);
  try {
    if (await isInState(root, job)) await removeFromState(request);
  } catch (error) {
    if (isAbort(error)) throw error;
    io.log(`terraform still has ${job} in its state: ${reasonOf(error)}`);
    return { outcome: 'left', because: reasonOf(error) };
  }
  const jobs = (await plannedJobs(root)).filter((name) => name !== job);
  await writeFileAtomic(root.valuesFile, `${JSON.stringify({ ...(await readJobValues(root)), jobs }, null, 2)}\n`);
  await rm(jobSpecFile(root, job), { force: true });
  return { outcome: 'forgotten' };
}

async function isKnown(root: Root, job: string): Promise<boolean> {
  return (await plannedJobs(root)).includes(job) || (await isInState(root, job));
}

/** A state that cannot be read is the next deploy's to complain about. */
async function isInState(root: Root, job: string): Promise<boolean> {
  const known = await inventoryOf({ root }).catch(() => []);
  return known.some(({ address }) => address === jobAddress(job));
}

/** Where the states have moved since, terraform has to be told first. */
async function removeFromState({ ctx, connection, job, io }: ForgetJobRequest): Promise<void> {
  const { tool } = await locateTool(ctx, 'terraform');
  if (!tool) throw new Error('there is no terraform');
  const scope = await jobsScope({ ctx, terraform: tool, connection, io });
  const { root } = scope;
  const rendered = await renderRoot(ctx.paths, root, await readJobValues(root));
  await writeRoot(root, rendered);
  await initRoot(scope, rendered, connection.pluginMirror);
  await forget(scope, jobAddress(job));
}
