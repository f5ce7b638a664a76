import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { RootBackend } from './backend.js';
import { readableState, type RawState } from './inventory.js';
import type { StateValue, TerraformScope } from './terraform-scope.js';

/**
 * Empties what a provider has kept although nobody needs it (`unkept`), in the state and in those that are kept from before. Its
 * configuration has to ignore changes of it. What is no state is left as it is: whoever reads it next says so.
 */
export async function forgetValues({ root, unkept = [] }: Pick<TerraformScope, 'root' | 'unkept'>): Promise<void> {
  if (unkept.length === 0) return;
  if (root.backend) await forgetKept(root.backend, unkept);
  const kept = await readdir(root.backups).catch(() => []);
  // `terraform state rm` gives its backups names of their own.
  const beside = (await readdir(root.folder).catch(() => [])).filter((file) => /\.tfstate(\.\d+)?\.backup$/.test(file));
  const files = [root.state, root.seen, ...beside.map((file) => join(root.folder, file)), ...kept.map((file) => join(root.backups, file))];
  await mapBounded(files, FILES_AT_ONCE, async (file) => {
    const state = readableState((await readIfThere(file)) ?? '');
    if (state && empty(state, unkept)) await writeFileAtomic(file, `${JSON.stringify(state, null, 2)}\n`);
  });
}

/** In its backend a state is replaced by one that is newer; the copy that was seen last has nothing of it, but for its older serial. */
async function forgetKept(backend: RootBackend, unkept: readonly StateValue[]): Promise<void> {
  const state = readableState((await backend.read()) ?? '');
  if (state && empty(state, unkept)) await backend.keep(JSON.stringify({ ...state, serial: state.serial + 1 }, null, 2));
}

/** Whether there was something to empty. */
function empty({ resources }: RawState, unkept: readonly StateValue[]): boolean {
  let changed = false;
  for (const { type, instances } of resources)
    for (const { attributes = {} } of instances)
      for (const { attribute } of unkept.filter((value) => value.type === type)) {
        if (!attributes[attribute]) continue;
        attributes[attribute] = '';
        changed = true;
      }
  return changed;
}
