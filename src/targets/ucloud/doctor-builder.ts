import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '../../context.js';
import { NomadctlError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { locateTool } from '../../programs/locate-tool.js';
import { validateTemplate } from '../../tools/packer.js';
import type { Finding } from '../../programs/doctor/finding.js';

/** Whether packer can build at UCloud: some distributions take the builder out, and later versions never had it. */
export async function builderFinding(ctx: Context): Promise<Finding> {
  const finding = { id: 'packer-ucloud', title: 'Builder ucloud-uhost', wanted: 'packer with it' };
  const fix = { command: nomadctl`tools install packer` };
  const { tool } = await locateTool(ctx, 'packer');
  if (tool === undefined) return { ...finding, found: 'no packer', ok: false, fix };
  const problem = await builderProblem(ctx, tool.path);
  if (problem === undefined) return { ...finding, found: `in packer ${tool.version}`, ok: true };
  return { ...finding, found: problem, ok: false, fix };
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
