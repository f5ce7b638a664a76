import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { ChildEnvironment } from '@nomadctl/base/secret/secret';
import { resolveTool } from '../../programs/resolve-tool.js';
import { askTerraform, terraformArgv } from '../../tools/terraform.js';
import type { StateContext } from '../state-owner.js';

export interface BareRoot {
  /** Its own: nothing is in it but the backend. */
  readonly folder: string;
  readonly configuration: string;
  readonly env: ChildEnvironment;
}

/**
 * Runs terraform where nothing is but a backend: what it alone can do with a state, without the root's providers and before the root
 * was ever initialised. Returns what it printed.
 * @throws ToolError with what terraform said; PrerequisiteError without terraform
 */
export async function bareTerraform(ctx: StateContext, { folder, configuration, env }: BareRoot, argv: readonly string[]): Promise<string> {
  const { path: program, version } = await resolveTool(ctx, 'terraform');
  const ask = (words: readonly string[]): Promise<string> => askTerraform(ctx, { program, folder, argv: words, env });
  const mark = join(folder, '.terraform', 'nomadctl-init');
  const wanted = createHash('sha256').update(`${program}\0${version}\0${configuration}`).digest('hex');
  if ((await readIfThere(mark)) !== wanted) {
    await writeFileAtomic(join(folder, 'backend.tf'), configuration);
    await ask(terraformArgv.init({ reconfigure: true }));
    await writeFileAtomic(mark, wanted);
  }
  return ask(argv);
}
