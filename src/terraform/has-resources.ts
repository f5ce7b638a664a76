import { readFileSync } from 'node:fs';
import type { Root } from './root.js';

/**
 * Whether terraform has made anything of a root, or has begun to, as far as this computer knows: from the state, or from the copy of one
 * that is kept elsewhere. No for a state that is not there or is torn: terraform says so itself, and better.
 */
export function hasResources({ state, seen }: Pick<Root, 'state' | 'seen'>): boolean {
  return [state, seen].some(hasManaged);
}

function hasManaged(state: string): boolean {
  try {
    const { resources = [] } = JSON.parse(readFileSync(state, 'utf8')) as { resources?: readonly { mode?: string }[] };
    return resources.some(({ mode }) => mode === 'managed');
  } catch {
    return false;
  }
}
