import { EngineError, type DockerEngine } from '../engine.js';
import { BASE_LABEL, BASE_REPOSITORY } from '../names.js';

/** Removes what all emulators share: images to make hosts of, what is left of builds, and locks. @returns whether there was any. */
export async function removeBaseImages(engine: DockerEngine): Promise<boolean> {
  const containers = await engine.call<{ Id: string }[]>({
    path: '/containers/json',
    query: { all: true, filters: { label: [BASE_LABEL] } },
  });
  for (const { Id } of containers)
    await engine.call({ method: 'DELETE', path: `/containers/${Id}`, query: { force: true, v: true } }).catch(unlessUsed);
  const tags = await tagsOf(engine);
  for (const tag of tags) await engine.call({ method: 'DELETE', path: `/images/${tag}` }).catch(unlessUsed);
  return tags.length > 0;
}

export async function hasBaseImages(engine: DockerEngine): Promise<boolean> {
  return (await tagsOf(engine)).length > 0;
}

/** Newest first: an image may be made of an older one. */
async function tagsOf(engine: DockerEngine): Promise<string[]> {
  const images = await engine.call<{ RepoTags: string[] | null; Created: number }[]>({
    path: '/images/json',
    query: { filters: { reference: [BASE_REPOSITORY] } },
  });
  return images.toSorted((a, b) => b.Created - a.Created).flatMap(({ RepoTags }) => RepoTags ?? []);
}

/** Gone already, or in use by what is not an emulator's. */
function unlessUsed(error: unknown): void {
  if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409)) throw error;
}
