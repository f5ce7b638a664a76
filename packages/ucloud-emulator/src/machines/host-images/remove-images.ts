import { EngineError } from '../engine.js';
import type { HostParts } from '../hosts/host-step.js';

/** Images that were deleted, as far as nothing on the engine is made of them any more. */
export async function removeImages(parts: HostParts): Promise<void> {
  const { engine, names, view } = parts;
  for (const id of await imagesOnEngine(parts)) {
    if (!view.get('image', id)) await engine.call({ method: 'DELETE', path: `/images/${names.image(id)}` }).catch(inUse);
  }
}

/** Ids of this emulator's images. */
export async function imagesOnEngine({ engine, names }: HostParts): Promise<readonly string[]> {
  const present = await engine.call<{ RepoTags: readonly string[] | null }[]>({ path: '/images/json', query: { filters: names.filter } });
  const tags = present.flatMap(({ RepoTags }) => RepoTags ?? []);
  return tags.map((tag) => tag.slice(tag.indexOf(':') + 1)).filter((id, index) => tags[index] === names.image(id));
}

/** It is tried again when a host has gone. */
function inUse(error: unknown): void {
  if (!(error instanceof EngineError) || (error.status !== 409 && error.status !== 404)) throw error;
}
