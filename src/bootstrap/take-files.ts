import { existsSync } from 'node:fs';
import { chmod, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import { isClusterFile } from '../state/cluster-files.js';
import type { HomeFiles } from '../state/home/home-files.js';

/**
 * Puts delivered files into a cluster's folder on the volume. The cluster file is replaced; secrets are added to those that `up`
 * made there; of everything else what the volume has is newer, and stays. May be repeated after a kill.
 * @returns names of what was written. @throws ConfigError `parcel-damaged` for a name that leads elsewhere
 */
export async function takeFiles(dir: string, files: HomeFiles): Promise<string[]> {
  const written: string[] = [];
  for (const [name, { content, mode }] of Object.entries(files)) {
    if (!isClusterFile(name)) {
      throw new ConfigError(`the delivery has a file ${name}, which is none of a cluster`, {
        code: 'parcel-damaged',
        next: hint`give the command again on the jump host: it delivers once more`,
      });
    }
    const path = join(dir, name);
    const bytes = Buffer.from(content, 'base64');
    if (name !== 'cluster.yaml' && name !== 'secrets.json' && existsSync(path)) continue;
    await makeFolder(dirname(path));
    await writeFileAtomic(path, name === 'secrets.json' ? await joined(path, bytes) : bytes, mode);
    await chmod(path, mode);
    written.push(name);
  }
  return written;
}

async function joined(path: string, delivered: Buffer): Promise<string> {
  const there = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as object) : {};
  return JSON.stringify({ ...there, ...(JSON.parse(delivered.toString('utf8')) as object) }, null, 2);
}
