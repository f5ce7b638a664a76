import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { movedNote } from './backend.js';
import type { Root } from './root.js';

/**
 * The state of a root as it is kept, whatever is in it; nothing where there is none, or only a note of where it went. It is not compared
 * with what was seen before.
 * @throws ConfigError when it cannot be read; ApiError or ToolError where a backend does not answer
 */
export async function stateText({ state, backend }: Pick<Root, 'state' | 'backend'>): Promise<string | undefined> {
  const text = backend ? await backend.read() : await readIfThere(state, 'terraform-state-unreadable');
  return movedNote(text) ? undefined : text;
}

/**
 * Puts a state in the place of what is kept of a root, whole or not at all. The caller holds the cluster's lock.
 * @param overForeign also one of another lineage that is kept elsewhere
 * @throws OutcomeError `state-foreign` or `state-older` where it is kept elsewhere, and what is there would be lost
 */
export async function replaceState(
  { state, backend }: Pick<Root, 'state' | 'backend'>,
  text: string,
  { overForeign }: { readonly overForeign: boolean },
): Promise<void> {
  await (backend ? backend.keep(text, { overDamaged: true, overForeign }) : writeFileAtomic(state, text));
}
