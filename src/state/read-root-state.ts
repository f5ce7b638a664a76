import { readIfThere } from '@nomadctl/base/read-if-there';
import type { RootName } from '../terraform/root.js';
import { keptRoot } from './kept-root.js';
import type { StateContext, StateOwner } from './state-owner.js';

/**
 * The state of a root as terraform has it, from wherever the settings keep it; nothing where there is none. It is neither checked nor
 * compared with what was seen before: that is for whoever judges it.
 * @throws ApiError or ToolError where a backend does not answer
 */
export async function readRootState(ctx: StateContext, owner: StateOwner, name: RootName): Promise<string | undefined> {
  const root = keptRoot(ctx, owner, name);
  const text = root.backend ? await root.backend.read() : await readIfThere(root.state);
  return text === undefined || text.trim() === '' ? undefined : text;
}
