import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import { createHash } from 'node:crypto';
import type { BackedFile } from './backup-manifest.js';

/** Writes a file of a backup that is being made, its owner's alone, and says what is in it. */
export async function writeFileIn(folder: string, path: string, content: AsyncIterable<Uint8Array> | Uint8Array): Promise<BackedFile> {
  const place = join(folder, path);
  await makeFolder(dirname(place));
  const file = await open(place, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of content instanceof Uint8Array ? [content] : content) {
      hash.update(chunk);
      bytes += chunk.byteLength;
      await file.writeFile(chunk);
    }
    await file.sync();
  } finally {
    await file.close();
  }
  return { path, bytes, sha256: hash.digest('hex') };
}
