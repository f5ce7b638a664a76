import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from '@nomadctl/base/make-folder';
import { createHash } from 'node:crypto';
import { sealPieces } from '../home/age-seal.js';
import { SEALED, type BackedFile } from './backup-manifest.js';

/** A backup that is being made. */
export interface Draft {
  readonly folder: string;
  /** Public keys of age: nothing is ever written for anybody else. */
  readonly recipients: readonly string[];
}

/** Writes a file of a backup, encrypted and its owner's alone, and says what lies there. */
export async function writeFileIn(
  { folder, recipients }: Draft,
  path: string,
  content: AsyncIterable<Uint8Array> | Uint8Array,
): Promise<BackedFile> {
  const place = join(folder, `${path}${SEALED}`);
  await makeFolder(dirname(place));
  const file = await open(place, 'wx', 0o600);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of sealPieces(content instanceof Uint8Array ? once(content) : content, recipients)) {
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

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
