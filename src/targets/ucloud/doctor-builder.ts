import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { hint, nomadctl, shell } from '@nomadctl/base/hint/hint';
import { inspectTool } from '../../programs/locate-tool.js';
import { installedPath } from '../../programs/tool-folder.js';
import { specOf } from '../../programs/tool-versions.js';
import { validateTemplate } from '../../tools/packer.js';
import type { Finding } from '../../programs/doctor/finding.js';

/** Whether packer can build at UCloud: some distributions take the builder out, and later versions never had it. */
export async function builderFinding(ctx: Context): Promise<Finding> {
  const finding = { id: 'packer-ucloud', title: 'Builder ucloud-uhost', wanted: 'packer with it' };
  const install = async (context: Context): Promise<void> => {
    const { ensureTool } = await import('../../programs/ensure-tool.js');
    await ensureTool(context, 'packer', { report: () => undefined });
  };
  const fix = { command: nomadctl`tools install packer`, run: install };
  const { tool, mend } = await inspectTool(ctx, 'packer');
  if (mend) return { ...finding, found: 'no packer that will do', ok: false, fix: { command: mend } };
  if (tool === undefined) return { ...finding, found: 'no packer', ok: false, fix };
  const problem = await builderProblem(ctx, tool.path);
  if (problem === undefined) return { ...finding, found: `in packer ${tool.version}`, ok: true };
  // One on PATH is taken before ours, unless it is named.
  const own = installedPath(ctx, 'packer', specOf('packer').version);
  const build = nomadctl`tools install packer --from source`;
  const command = tool.path === own ? build : hint`${build} && ${shell`export NOMADCTL_PACKER_BIN=${own}`}`;
  return { ...finding, found: problem, ok: false, fix: { command } };
}

/** Packer is asked to check a template: what it says of the values does not matter, only that it knows the builder. */
async function builderProblem(ctx: Context, packer: string): Promise<string | undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'nomadctl-doctor-'));
  try {
    await writeFile(join(folder, 'probe.json'), JSON.stringify({ builders: [{ type: 'ucloud-uhost' }] }));
    await writeFile(join(folder, 'vars.json'), '{}');
    await validateTemplate(ctx, { packer, folder, template: 'probe.json', varFile: 'vars.json' }, {});
    return undefined;
  } catch (error) {
    ctx.signal.throwIfAborted();
    if (!(error instanceof NomadctlError)) throw error;
    return error.code === 'packer-refused' ? undefined : error.message;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
