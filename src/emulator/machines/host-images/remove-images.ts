import { EngineError } from '../engine.js';
import type { HostParts } from '../hosts/converge-host.js';

/** Images that were deleted, as far as nothing on the engine is made of them any more. */
export async function removeImages({ engine, names, world }: HostParts): Promise<void> {
  const present = await engine.call<{ RepoTags: readonly string[] | null }[]>({ path: '/images/json', query: { filters: names.filter } });
  for (const tag of present.flatMap(({ RepoTags }) => RepoTags ?? [])) {
    const id = tag.slice(tag.indexOf(':') + 1);
    if (tag !== names.image(id) || world.get('image', id)) continue;
    await engine.call({ method: 'DELETE', path: `/images/${tag}` }).catch(inUse);
  }
}

/** It is tried again when a host has gone. */
function inUse(error: unknown): void {
  if (!(error instanceof EngineError) || (error.status !== 409 && error.status !== 404)) throw error;
}
