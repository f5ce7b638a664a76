import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { Context } from '../../context.js';
import type { ImageContent } from '../image/image-content.js';
import { layRoot } from '../image/lay-root.js';
import { docker, type DockerContext } from './docker.js';

/** Makes the image of a folder: no registry is asked for anything. */
export async function makeImage(
  ctx: DockerContext & Pick<Context, 'paths'>,
  content: ImageContent,
  report: (text: string) => void,
): Promise<void> {
  await makeFolder(ctx.paths.home);
  const folder = await mkdtemp(join(ctx.paths.home, '.bootstrap-'));
  try {
    report('copying programs');
    const root = join(folder, 'root');
    await makeFolder(root);
    await layRoot(content, root, ctx);
    const archive = join(folder, 'root.tar');
    await ctx.exec.run('tar', ['-C', root, '--owner=0', '--group=0', '--mode=go-w,go+rX', '-cf', archive, '.'], { signal: ctx.signal });
    report('handing them to docker');
    await docker(ctx, 'import', '--change', 'LABEL nomadctl.bootstrap=image', archive, content.name);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
