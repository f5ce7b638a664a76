import { createWriteStream } from 'node:fs';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { ToolError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { reasonOf } from '@nomadctl/base/reason';
import { isDiskProblem, toolsNotWritable } from './tool-folder.js';

/** Larger than any program we install; what claims more is a bomb. */
const MOST_BYTES = 1024 * 1024 * 1024;

/**
 * Takes one program out of an archive. The whole list of entries is looked at first: an archive with a path outside, an
 * absolute path or a link in it is not taken anything from.
 * @throws ToolError `archive-bad`.
 */
export async function unzipProgram(archive: string, program: string, target: { file: string; signal: AbortSignal }): Promise<void> {
  const zip = await yauzl.openPromise(archive, { autoClose: false }).catch((cause: unknown) => {
    throw bad(archive, `it is no whole zip archive: ${reasonOf(cause)}`, cause);
  });
  try {
    const entry = await findEntry(zip, program, archive);
    await extract(zip, entry, target);
  } catch (error) {
    target.signal.throwIfAborted();
    if (isDiskProblem(error)) throw toolsNotWritable(dirname(target.file), error);
    throw error instanceof ToolError ? error : bad(archive, reasonOf(error), error);
  } finally {
    zip.close();
  }
}

async function findEntry(zip: ZipFile, program: string, archive: string): Promise<Entry> {
  let found: Entry | undefined;
  // yauzl itself refuses absolute names, `..` and backslashes: the loop then throws.
  for await (const entry of zip.eachEntry()) {
    const problem = problemOf(entry);
    if (problem) throw bad(archive, problem);
    if (entry.fileName === program) found = entry;
  }
  if (!found) throw bad(archive, `there is no ${program} in it`);
  return found;
}

const FILE_TYPE = 0o170000;
const LINK = 0o120000;

function problemOf(entry: Entry): string | undefined {
  const mode = entry.externalFileAttributes >>> 16;
  if ((mode & FILE_TYPE) === LINK) return `its entry ${JSON.stringify(entry.fileName)} is a link`;
  if (entry.uncompressedSize > MOST_BYTES) return `its entry ${JSON.stringify(entry.fileName)} claims ${entry.uncompressedSize} bytes`;
  return undefined;
}

async function extract(zip: ZipFile, entry: Entry, { file, signal }: { file: string; signal: AbortSignal }): Promise<void> {
  const content = await zip.openReadStreamPromise(entry);
  await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o700 }), { signal });
}

function bad(archive: string, why: string, cause?: unknown): ToolError {
  return new ToolError(`the archive ${archive.replace(/\.part$/, '')} cannot be used`, {
    code: 'archive-bad',
    why: [why, 'nothing was installed'],
    next: hint`${nomadctl`tools clean`}, then try again, with another mirror in NOMADCTL_RELEASES_URL if it stays so`,
    cause,
  });
}
