import { readFile } from 'node:fs/promises';
import { ConfigError } from '../errors.js';
import { errorOf } from '../options/problem.js';
import { parseClusterFile, type ClusterFile, type ParsedClusterFile, type ParseOptions } from './parse-cluster-file.js';

/**
 * Reads and checks a cluster file; nothing when there is none.
 * @throws ConfigError with every problem in it.
 */
export async function readClusterFile(options: ParseOptions): Promise<ClusterFile | undefined> {
  const parsed = await inspectClusterFile(options);
  if (parsed && parsed.problems.length > 0) throw errorOf(parsed.problems, '');
  return parsed?.file;
}

/** As `readClusterFile`, with the problems returned, for callers that have more to report. */
export async function inspectClusterFile(options: ParseOptions): Promise<ParsedClusterFile | undefined> {
  const content = await readIfThere(options.path);
  return content && parseClusterFile(content, options);
}

/** The bytes of a file, or nothing when it is not there. */
export async function readIfThere(path: string): Promise<Uint8Array | undefined> {
  try {
    return await readFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError(`${path} cannot be read`, { code: 'cluster-file-unreadable', next: `ls -ld ${path}`, cause });
  }
}
