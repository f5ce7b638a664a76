import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { runTerraform, terraformArgv } from '../tools/terraform.js';
import { providerSources, registryOf } from './provider-sources.js';
import type { Root } from './root.js';
import type { RenderedRoot } from './render-root.js';
import type { TerraformScope } from './terraform-scope.js';
import { unframed } from './unframed.js';

const LOCK_FILE = '.terraform.lock.hcl';
/** Which backend the root was initialised with; there is none for a state in the root's folder. */
const BACKEND_FILE = '.terraform/terraform.tfstate';

/**
 * Has terraform fetch its providers, only where something changed since it did: the configuration that ships with
 * nomadctl, the backend, the lock file, the program, or where providers come from. Returns whether it ran.
 * @param pluginMirror the setting; nothing where clusters have none.
 */
export async function initRoot(scope: TerraformScope, rendered: RenderedRoot, pluginMirror: string | undefined): Promise<boolean> {
  const { root, terraform, ctx } = scope;
  if (await isInitialised(scope, rendered, pluginMirror)) return false;
  const env = await providerSources(scope, pluginMirror ?? '');
  scope.line('fetching providers');
  const said: string[] = [];
  // It would ask to have a state moved that has been moved, also when it is told not to.
  if (isOfAnotherPlace(root)) await rm(join(root.folder, BACKEND_FILE));
  const exitCode = await runTerraform(ctx, {
    program: terraform.path,
    folder: root.folder,
    argv: terraformArgv.init({ reconfigure: root.backend !== undefined }),
    env: { ...scope.env, ...env },
    accept: [0, 1],
    processFile: root.processFile,
    outputFile: root.outputFile,
    onLine: (line) => {
      said.push(line);
      scope.log(line);
    },
  });
  if (exitCode !== 0) throw initFailed(scope, said, pluginMirror !== undefined);
  await writeFileAtomic(root.initFile, await fingerprintOf(scope, rendered, env));
  return true;
}

/** Whether terraform could plan at once. */
export async function isInitialised(scope: TerraformScope, rendered: RenderedRoot, pluginMirror: string | undefined): Promise<boolean> {
  if (isOfAnotherPlace(scope.root)) return false;
  const known = await readIfThere(scope.root.initFile);
  return known !== undefined && known === (await fingerprintOf(scope, rendered, await providerSources(scope, pluginMirror ?? '')));
}

/** Its state is in its folder, and terraform has it down for a backend. */
function isOfAnotherPlace({ backend, folder }: Root): boolean {
  return backend === undefined && existsSync(join(folder, BACKEND_FILE));
}

async function fingerprintOf({ root, terraform }: TerraformScope, rendered: RenderedRoot, env: object): Promise<string> {
  const lock = (await readIfThere(join(root.folder, LOCK_FILE))) ?? '';
  const hash = createHash('sha256').update(`${terraform.path}\0${terraform.version}\0${JSON.stringify(env)}\0${lock}\0`);
  for (const [file, content] of rendered) if (file.endsWith('.tf')) hash.update(`${file}\0${content}\0`);
  return hash.digest('hex');
}

function initFailed({ root, next, terraform }: TerraformScope, said: readonly string[], hasMirror: boolean): ToolError {
  const registry = registryOf(terraform.program);
  const otherwise = hasMirror
    ? hint`where ${registry} cannot be reached: ${nomadctl`config set pluginMirror <url>`} && ${next}`
    : hint`where ${registry} cannot be reached, put them below ~/.terraform.d/plugins/${registry}, then ${next}`;
  const telling = said.map(unframed).filter((line) => line !== '' && !/^-+$/.test(line));
  const from = telling.findIndex((line) => line.startsWith('Error'));
  if (root.backend && /state|backend/i.test(telling[from] ?? '')) {
    return new ToolError(`${terraform.program} could not open the state of the ${root.name}`, {
      code: 'terraform-backend-failed',
      why: [...telling.slice(Math.max(0, from)).slice(0, 10), `it is kept in ${root.backend.title}`],
      next: nomadctl`state backend`,
    });
  }
  return new ToolError(`${terraform.program} could not get its providers for the ${root.name}`, {
    code: 'terraform-init-failed',
    why: [...telling.slice(Math.max(0, from)).slice(0, 10), `all that it said is in ${root.outputFile}`],
    next: otherwise,
  });
}
