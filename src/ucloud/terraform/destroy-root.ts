import { existsSync } from 'node:fs';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isAbort, LockedError, NomadctlError } from '@nomadctl/base/errors';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { StepIo } from '../../engine/step.js';
import { locateTool } from '../../programs/locate-tool.js';
import type { UcloudContext } from '../ucloud-subject.js';
import { applyRoot } from '../../terraform/apply-root.js';
import { totalOf } from '../../terraform/plan-stream.js';
import { endOfEarlierRun } from '../../terraform/earlier-run.js';
import { initRoot } from '../../terraform/init-root.js';
import { inventoryOf } from '../../terraform/inventory.js';
import { markGone } from '../../terraform/kept-states.js';
import { openRoot } from './open-root.js';
import { emptyState } from '../../state/empty-state.js';
import { keptRoot } from '../../state/kept-root.js';
import { stateOwner } from '../../state/state-owner.js';
import { rootOf, type RootName } from '../../terraform/root.js';
import { reasonOf } from '@nomadctl/base/reason';

/**
 * Has terraform destroy what it made in a root. First waits for the terraform of a killed run, so that nothing is made
 * afterwards. Returns how many resources were destroyed. Returns undefined when there was nothing to destroy, terraform is
 * missing, or it failed: the caller removes what is left by the cluster's tag.
 * @throws LockedError when somebody else's terraform is at work; AbortError.
 */
export async function destroyRoot(at: UcloudContext, name: RootName, io: StepIo): Promise<number | undefined> {
  const root = keptRoot(at, stateOwner(at.cluster), name);
  await endOfEarlierRun(at, root, io.line);
  if (root.backend === undefined && !existsSync(root.state)) return undefined;
  try {
    return await destroy(at, name, io);
  } catch (error) {
    if (isAbort(error) || !(error instanceof NomadctlError) || error instanceof LockedError) throw error;
    io.log([`terraform could not: ${error.message}`, ...error.why, 'going by the tag instead'].join('\n'));
    return undefined;
  }
}

async function destroy(at: UcloudContext, name: RootName, io: StepIo): Promise<number | undefined> {
  const { tool } = await locateTool(at, 'terraform');
  // What it made carries the cluster's tag: without the program there is another way.
  if (!tool) return undefined;
  const tools = { ...at.state.tools, terraform: { program: tool.program, path: tool.path, version: tool.version } };
  const scope = { ...(await openRoot({ ...at, state: { ...at.state, tools } }, name, io)), next: nomadctl`down ${at.cluster.name}` };
  if ((await inventoryOf(scope)).length === 0) return 0;
  await initRoot(scope, await configurationOf(scope.root.folder), at.cluster.settings.pluginMirror);
  const { changes } = await applyRoot(scope, { what: `destroy the ${name}`, destroy: true });
  return totalOf(changes);
}

/** The configuration as it was applied: `down` needs no values, and another version of nomadctl may have made it. */
async function configurationOf(folder: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(folder, { recursive: true })).filter((file) => /\.(tf|tftpl)$/.test(file) && !file.startsWith('.terraform'));
  return new Map(await mapBounded(names, FILES_AT_ONCE, async (file) => [file, await readFile(join(folder, file), 'utf8')] as const));
}

/**
 * Forgets what terraform knew of a root whose things are gone. What it downloaded stays, for the next `up`. A state that is kept
 * elsewhere is emptied, not deleted: others must be able to tell the end of a cluster from a state that was lost.
 */
export async function forgetState(at: UcloudContext, name: RootName, io: StepIo): Promise<void> {
  const { backend } = keptRoot(at, stateOwner(at.cluster), name);
  if (backend) {
    await emptyState(backend).catch((error: unknown) => {
      if (isAbort(error)) throw error;
      io.log(`${backend.title} still has what is gone: ${reasonOf(error)}`);
    });
  }
  const root = rootOf(at.cluster.paths, name);
  const { state, seen, planFile, processFile, outputFile, folder, valuesFile } = root;
  await markGone({ root, ctx: at });
  const files = [
    state,
    seen,
    `${state}.backup`,
    `${state}.lock.info`,
    planFile,
    processFile,
    outputFile,
    join(folder, '.terraform.tfstate.lock.info'),
    // Jobs are known by nothing else, and would come back with the next one that is deployed.
    ...(name === 'jobs' ? [valuesFile, join(folder, 'specs')] : []),
  ];
  await mapBounded(files, FILES_AT_ONCE, (file) => rm(file, { recursive: true, force: true }));
}
