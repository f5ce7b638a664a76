import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ToolError } from '@nomadctl/base/errors';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { askTerraform, runTerraform, terraformArgv } from '../tools/terraform.js';
import { addressOf, pullState, type StateResource } from './inventory.js';
import type { TerraformScope } from './terraform-scope.js';

/** Has terraform know of something that is there already. The root is initialised, and its configuration has the address. */
export async function importResource(
  scope: TerraformScope,
  { address, id, label }: { address: string; id: string; label: string },
): Promise<void> {
  scope.line(`taking in ${label}`);
  const said: string[] = [];
  const exitCode = await runTerraform(scope.ctx, {
    program: scope.terraform.path,
    folder: scope.root.folder,
    argv: terraformArgv.import(address, id),
    env: scope.env,
    accept: [0, 1],
    processFile: scope.root.processFile,
    outputFile: scope.root.outputFile,
    onLine: (line) => {
      said.push(line);
      scope.log(line);
    },
  });
  if (exitCode === 0) return;
  const telling = said.map((line) => line.replace(/^[│╷╵]\s?/, '').trim()).filter((line) => line !== '');
  throw new ToolError(`terraform could not take in ${label}`, {
    code: 'terraform-import-failed',
    why: [
      ...telling
        .slice(
          Math.max(
            0,
            telling.findIndex((line) => line.startsWith('Error')),
          ),
        )
        .slice(0, 6),
      `it is at UCloud as ${id}`,
    ],
    next: scope.next,
  });
}

/**
 * Gives resources attributes that their provider does not read back, in terraform's state: without them a host that was
 * taken in would be made anew, or leave its disk behind when it goes.
 */
export async function completeState(
  scope: TerraformScope,
  completions: ReadonlyMap<string, Readonly<Record<string, unknown>>>,
): Promise<void> {
  const state = await pullState(scope);
  if (!state) return;
  let changed = false;
  for (const resource of state.resources) {
    for (const instance of resource.instances) {
      const attributes = completions.get(addressOf(resource, instance));
      if (!attributes || !instance.attributes) continue;
      const missing = Object.entries(attributes).filter(([name, value]) => instance.attributes?.[name] !== value);
      for (const [name, value] of missing) instance.attributes[name] = value;
      changed ||= missing.length > 0;
    }
  }
  if (!changed) return;
  state.serial++;
  const file = join(scope.root.folder, 'completed.tfstate');
  await writeFileAtomic(file, JSON.stringify(state));
  await askTerraform(scope.ctx, {
    program: scope.terraform.path,
    folder: scope.root.folder,
    argv: terraformArgv.statePush(file),
    env: scope.env,
  });
  await rm(file, { force: true });
}

/** A creation that was interrupted late has come out well all the same: it need not be done again. */
export async function untaint(scope: TerraformScope, { address }: Pick<StateResource, 'address'>): Promise<void> {
  await askTerraform(scope.ctx, {
    program: scope.terraform.path,
    folder: scope.root.folder,
    argv: terraformArgv.untaint(address),
    env: scope.env,
  });
}
