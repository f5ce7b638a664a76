import { rm } from 'node:fs/promises';
import { isAbort } from '@nomadctl/base/errors';
import type { StepIo } from '../../engine/step.js';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { reasonOf } from '@nomadctl/base/reason';
import { locateTool } from '../../programs/locate-tool.js';
import { askTerraform, terraformArgv } from '../../tools/terraform.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { inventoryOf } from '../../terraform/inventory.js';
import { jobAddress, jobSpecFile } from './job-resources.js';
import { plannedJobs, readJobValues } from './planned-jobs.js';
import { throughLocks } from '../../terraform/lock-patience.js';
import type { Root } from '../../terraform/root.js';
import { keptRoot } from '../../state/kept-root.js';
import { HERE, type StateContext, type StatePlace } from '../../state/state-owner.js';

export interface ForgetJobRequest {
  readonly ctx: StateContext;
  readonly cluster: string;
  readonly statePlace?: StatePlace | undefined;
  /** Its key, by `jobKey`. */
  readonly job: string;
  readonly io: StepIo;
}

/**
 * Takes a job out of the `jobs` root, so that no later apply brings back what was stopped on purpose. Nomad is not asked.
 * Returns whether terraform knew it. A terraform that fails is no reason not to stop a job: it is told in the log.
 */
export async function forgetJob(request: ForgetJobRequest): Promise<boolean> {
  const { ctx, cluster, statePlace: place = HERE, job, io } = request;
  const root = keptRoot(ctx, { name: cluster, paths: ctx.paths.cluster(cluster), place }, 'jobs');
  if (!(await isKnown(root, job))) return false;
  await endOfEarlierRun(ctx, root, io.line);
  const jobs = (await plannedJobs(root)).filter((name) => name !== job);
  await writeFileAtomic(root.valuesFile, `${JSON.stringify({ ...(await readJobValues(root)), jobs }, null, 2)}\n`);
  await rm(jobSpecFile(root, job), { force: true });
  await removeFromState(request, root).catch((error: unknown) => {
    if (isAbort(error)) throw error;
    io.log(`terraform still has ${job} in its state: ${reasonOf(error)}`);
  });
  return true;
}

async function isKnown(root: Root, job: string): Promise<boolean> {
  return (await plannedJobs(root)).includes(job) || (await isInState(root, job));
}

/** A state that cannot be read is the next deploy's to complain about. */
async function isInState(root: Root, job: string): Promise<boolean> {
  const known = await inventoryOf({ root }).catch(() => []);
  return known.some(({ address }) => address === jobAddress(job));
}

async function removeFromState({ ctx, job, io }: ForgetJobRequest, root: Root): Promise<void> {
  if (!(await isInState(root, job))) return;
  const { tool } = await locateTool(ctx, 'terraform');
  if (!tool) throw new Error('there is no terraform');
  const call = { program: tool.path, folder: root.folder, argv: terraformArgv.stateRemove(jobAddress(job)), env: root.backend?.env ?? {} };
  await throughLocks({ ctx, root, line: io.line }, () => askTerraform(ctx, call));
}
