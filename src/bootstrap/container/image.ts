import { PrerequisiteError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { Context } from '../../context.js';
import type { ImageContent } from '../image/image-content.js';
import { docker, type DockerContext } from './docker.js';

export interface Image {
  readonly name: string;
  /** What it is made of; absent: it was given by its name. */
  readonly content?: ImageContent;
}

/** The image that was given, or that of this computer's programs. @throws what `imageContent` throws */
export async function askedImage(given: string | undefined, ctx: Context): Promise<Image> {
  if (given !== undefined) return { name: given };
  const { imageContent } = await import('../image/image-content.js');
  const content = await imageContent(ctx);
  return { name: content.name, content };
}

export async function hasImage(ctx: DockerContext, { name }: Image): Promise<boolean> {
  return (await docker(ctx, 'image', 'inspect', '--format', '{{.Id}}', name)) !== undefined;
}

/** @throws PrerequisiteError `bootstrap-image-missing` for one that was given by its name */
export async function provideImage(
  ctx: DockerContext & Pick<Context, 'paths'>,
  { name, content }: Image,
  report: (text: string) => void,
): Promise<void> {
  if (content === undefined) {
    throw new PrerequisiteError(`docker has no image ${name}`, {
      code: 'bootstrap-image-missing',
      why: 'it was given by its name, and nothing is fetched from a registry',
      next: again({ image: undefined }),
    });
  }
  const { makeImage } = await import('./make-image.js');
  await makeImage(ctx, content, report);
}
