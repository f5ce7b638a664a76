import { absent, failureOf, isUnreachable } from '../engine-failures.js';
import type { Image } from '../../records/image.js';
import type { HostParts } from '../hosts/host-step.js';
import { IMAGE_LABEL } from '../names.js';

/** Images that are to be made of a host, before anything else becomes of it. */
export async function makeImagesOf(host: string, parts: HostParts): Promise<void> {
  for (const image of parts.view.all('image')) {
    if (image.source === host && image.state === 'Making') await make(image, parts, () => commit(host, image, parts));
  }
}

/** A copy of an image, in another region or project. */
export async function copyImage(id: string, parts: HostParts): Promise<void> {
  const image = parts.view.get('image', id);
  if (image?.state !== 'Copying' || image.source === undefined) return;
  const { engine, names } = parts;
  const [repo, tag] = names.image(id).split(':');
  const path = `/images/${names.image(image.source)}/tag`;
  await make(image, parts, () => engine.call({ method: 'POST', path, query: { repo, tag } }));
}

async function make(image: Image, { view, note }: HostParts, work: () => Promise<unknown>): Promise<void> {
  const failure = await work().then(
    () => undefined,
    (error: unknown) => {
      if (isUnreachable(error)) throw error;
      return failureOf(error);
    },
  );
  note(image.id, failure);
  view.change('image', image.id, (): Partial<Image> => ({ state: failure === undefined ? 'Available' : 'Unavailable' }));
}

async function commit(host: string, image: Image, { engine, names }: HostParts): Promise<void> {
  const tag = names.image(image.id);
  // Made already, by an emulator that was killed before it could say so.
  if (await engine.call({ path: `/images/${tag}/json` }).catch(absent)) return;
  const [repo, version] = tag.split(':');
  const query = { container: names.container(host), repo, tag: version };
  await engine.call({ method: 'POST', path: '/commit', query, body: { Labels: { ...names.labels, [IMAGE_LABEL]: image.id } } });
}
