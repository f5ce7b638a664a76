import { chown, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { makeFolder } from '@nomadctl/base/make-folder';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { KeptFiles } from './kept-files.js';

/** Which engine: that of a node of a cluster, or of this computer. */
export interface EngineId {
  readonly cluster: string;
  readonly node: string;
}

export interface EngineRecord {
  /** Absent: this computer's. */
  readonly engine?: EngineId;
  /** PEM of what the engine showed when it was last set up, or looked at. */
  readonly certificate: string;
}

type Folder = Pick<KeptFiles, 'folder' | 'engines'>;

/**
 * Keeps what an engine shows, so that others can tell when it ends without asking its host; without a certificate, forgets it. Root may do
 * this in a folder of somebody else, who must be able to do it as well.
 */
export async function recordEngine(
  { folder, engines }: Folder,
  engine: EngineId | undefined,
  certificate: string | undefined,
): Promise<void> {
  const file = recordFile(engines, engine);
  if (certificate === undefined) return rm(file, { force: true });
  if ((await readIfThere(file)) === certificate) return;
  await makeFolder(dirname(file));
  await writeFileAtomic(file, certificate, 0o644);
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = await stat(folder);
  for (const path of new Set([engines, dirname(file), file])) await chown(path, uid, gid);
}

/** This computer's, and those of nodes of a cluster. */
export async function engineRecords({ engines }: Folder, cluster: string, nodes: readonly string[]): Promise<EngineRecord[]> {
  const here = await readIfThere(recordFile(engines, undefined));
  const there: string[] = await readdir(join(engines, cluster)).catch(() => []);
  const found: EngineRecord[] = here === undefined ? [] : [{ certificate: here }];
  for (const node of nodes.filter((name) => there.includes(`${name}.pem`))) {
    const certificate = await readIfThere(recordFile(engines, { cluster, node }));
    if (certificate !== undefined) found.push({ engine: { cluster, node }, certificate });
  }
  return found;
}

/** Of a cluster that is no more. */
export async function forgetEngines({ engines }: Pick<KeptFiles, 'engines'>, cluster: string): Promise<void> {
  await rm(join(engines, cluster), { recursive: true, force: true });
}

function recordFile(engines: string, engine: EngineId | undefined): string {
  return engine === undefined ? join(engines, 'this-computer.pem') : join(engines, engine.cluster, `${engine.node}.pem`);
}
