import type { RootBackend } from '../terraform/backend.js';
import { readableState } from '../terraform/inventory.js';

/** Takes out of a state what is gone, as the next one of its lineage. One without resources stays as it is. */
export async function emptyState(backend: RootBackend): Promise<void> {
  const state = readableState((await backend.read()) ?? '');
  if (!state || state.resources.length === 0) return;
  await backend.keep(JSON.stringify({ ...state, serial: state.serial + 1, outputs: {}, resources: [] }, null, 2));
}
