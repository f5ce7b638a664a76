import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { Root } from './root.js';

/** The state of a root as it is kept, whatever is in it; nothing where there is none. @throws ConfigError when it cannot be read */
export async function stateText({ state }: Pick<Root, 'state'>): Promise<string | undefined> {
  return readIfThere(state, 'terraform-state-unreadable');
}

/** Puts a state in the place of what is kept of a root, whole or not at all. The caller holds the cluster's lock. */
export async function replaceState({ state }: Pick<Root, 'state'>, text: string): Promise<void> {
  await writeFileAtomic(state, text);
}
