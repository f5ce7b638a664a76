import { createHash } from 'node:crypto';
import { createReadStream, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { imageContent } from '../../src/bootstrap/image/image-content.js';
import { IMAGE_ENV, layRoot } from '../../src/bootstrap/image/lay-root.js';
import type { Context } from '../../src/context.js';

/** The bootstrapper's image as a docker archive, without an engine. Without a command it sleeps. @returns its path */
export async function bootstrapArchive(ctx: Context, folder: string, image: string): Promise<string> {
  const root = join(folder, 'root');
  mkdirSync(root);
  await layRoot(await imageContent(ctx), root, ctx);
  const tar = (...argv: string[]) => ctx.exec.run('tar', argv, { signal: ctx.signal });
  await tar('-C', root, '--owner=0', '--group=0', '--mode=go-w,go+rX', '-cf', join(folder, 'layer.tar'), '.');
  const hash = createHash('sha256');
  for await (const piece of createReadStream(join(folder, 'layer.tar'))) hash.update(piece as Buffer);
  const config = {
    ...{ architecture: 'amd64', os: 'linux', rootfs: { type: 'layers', diff_ids: [`sha256:${hash.digest('hex')}`] } },
    config: { Env: Object.entries(IMAGE_ENV).map(([name, value]) => `${name}=${value}`), Cmd: ['/usr/bin/sleep', 'infinity'] },
  };
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify([{ Config: 'config.json', RepoTags: [image], Layers: ['layer.tar'] }]));
  const archive = join(folder, 'image.tar');
  await tar('-C', folder, '-cf', archive, 'manifest.json', 'config.json', 'layer.tar');
  return archive;
}
