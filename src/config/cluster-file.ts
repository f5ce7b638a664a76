import { rm } from 'node:fs/promises';
import { notWritable } from '../engine/journal.js';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { errorOf } from '../options/problem.js';
import { removeIgnoreFile, writeIgnoreFile } from './ignore-file.js';
import { hasValidMark } from './generated-mark.js';
import { parseClusterFile, type ClusterFile, type ParsedClusterFile, type ParseOptions } from './parse-cluster-file.js';

const UNREADABLE = 'cluster-file-unreadable';

/**
 * Reads and checks a cluster file; nothing when there is none.
 * @throws ConfigError with every problem in it.
 */
export async function readClusterFile(options: ParseOptions): Promise<ClusterFile | undefined> {
  const parsed = await inspectClusterFile(options);
  if (parsed && parsed.problems.length > 0) throw errorOf(parsed.problems);
  return parsed?.file;
}

/** As `readClusterFile`, with the problems returned, for callers that have more to report. */
export async function inspectClusterFile(options: ParseOptions): Promise<ParsedClusterFile | undefined> {
  const content = await readBytesIfThere(options.path, UNREADABLE);
  return content && parseClusterFile(content, options);
}

/**
 * Writes the text of a cluster file, whole or not at all, and keeps what lies beside it out of git. The text is checked first.
 * @throws ConfigError when it would not be read back; PrerequisiteError when the folder cannot be written to.
 */
export async function writeClusterFile(options: ParseOptions, text: string): Promise<void> {
  const { problems } = parseClusterFile(new TextEncoder().encode(text), options);
  if (problems.length > 0) throw errorOf(problems);
  try {
    await writeFileAtomic(options.path, text);
    await writeIgnoreFile(options.path);
  } catch (cause) {
    throw notWritable(options.path, cause);
  }
}

/** Whether `up` made the file and nobody changed it since; such a file goes with `down`. */
export async function isGenerated(path: string): Promise<boolean> {
  return hasValidMark((await readClusterText(path)) ?? '');
}

/** For `down`: takes the file away when `up` made it. Returns whether it did. */
export async function removeIfGenerated(path: string): Promise<boolean> {
  if (!(await isGenerated(path))) return false;
  await removeIgnoreFile(path);
  await rm(path, { force: true });
  return true;
}

/** The text of the file, or nothing when it is not there. */
export async function readClusterText(path: string): Promise<string | undefined> {
  const content = await readBytesIfThere(path, UNREADABLE);
  return content && new TextDecoder().decode(content);
}
