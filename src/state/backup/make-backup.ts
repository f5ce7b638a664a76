import { mkdtemp, readdir, rename, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import { makeFolder } from '@nomadctl/base/make-folder';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { identify } from '@nomadctl/base/process-identity';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import { lockOwner } from '../../engine/lock.js';
import { readableState, resourcesOf } from '../../terraform/inventory.js';
import type { Root } from '../../terraform/root.js';
import { stateText } from '../../terraform/state-text.js';
import { clusterFiles } from '../cluster-files.js';
import { terraformsLeft } from '../terraform-left.js';
import {
  backupId,
  FILES,
  MANIFEST,
  MANIFEST_VERSION,
  stateFile,
  type BackedFile,
  type BackedState,
  type Backup,
  type BackupManifest,
} from './backup-manifest.js';
import { REMOVING } from './remove-backup.js';
import type { TakenSnapshots } from './take-snapshots.js';
import { writeFileIn, type Draft } from './write-file-in.js';

export interface BackupRequest extends Pick<BackupManifest, 'cluster' | 'why'> {
  readonly target?: string | undefined;
  readonly paths: ClusterPaths;
  readonly roots: readonly Root[];
  /** Where backups of this cluster are kept. */
  readonly folder: string;
  readonly now: number;
  /** Takes the snapshots into this folder; absent: none are wanted. */
  readonly snapshots?: ((draft: Draft) => Promise<TakenSnapshots>) | undefined;
  /** Public keys of age, of those who can read it: one at least. */
  readonly recipients: readonly string[];
}

/**
 * Copies what a cluster has of its own into a new folder, which has its name when all is in it: whoever is killed before has made
 * nothing. Files are 0600 in folders of 0700, and encrypted from the first byte, for they hold secrets where the originals do.
 * @throws PrerequisiteError `backup-not-writable`
 */
export async function makeBackup(request: BackupRequest): Promise<Backup> {
  const { cluster, target, paths, roots, folder, now, why, recipients } = request;
  const draft = { folder: await draftIn(folder, now), recipients };
  try {
    const before = await lockOwner(paths.lock);
    const terraforms = await terraformsLeft(paths, roots);
    const states = await copyStates(roots, draft);
    const files = await copyFiles(paths, draft);
    const snapshots = await request.snapshots?.(draft);
    const owner = before ?? (await lockOwner(paths.lock));
    const others = owner?.pid === process.pid ? undefined : owner;
    const manifest: BackupManifest = {
      version: MANIFEST_VERSION,
      cluster,
      ...(target === undefined ? {} : { target }),
      madeAt: now,
      why,
      recipients,
      ...(others ? { during: others.command } : {}),
      ...(terraforms.length > 0 ? { terraforms } : {}),
      files: [...states.files, ...files, ...(snapshots?.files ?? [])],
      states: states.states,
      missing: snapshots?.missing ?? [],
    };
    await writeFileAtomic(join(draft.folder, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
    const id = await settle(draft.folder, { folder, now });
    return { ...manifest, id, folder: join(folder, id) };
  } catch (error) {
    await rm(draft.folder, { recursive: true, force: true });
    throw writeProblem(folder, error);
  }
}

async function copyStates(roots: readonly Root[], draft: Draft): Promise<{ files: BackedFile[]; states: BackedState[] }> {
  const files: BackedFile[] = [];
  const states: BackedState[] = [];
  for (const root of roots) {
    const { name } = root;
    const text = await stateText(root);
    if (text === undefined) continue;
    files.push(await writeFileIn(draft, stateFile(name), Buffer.from(text)));
    const state = readableState(text);
    states.push({ root: name, ...(state ? { serial: state.serial, lineage: state.lineage, resources: resourcesOf(state).length } : {}) });
  }
  return { files, states };
}

async function copyFiles(paths: ClusterPaths, draft: Draft): Promise<BackedFile[]> {
  const files: BackedFile[] = [];
  for (const path of await clusterFiles(paths)) {
    const content = await readBytesIfThere(join(paths.dir, path));
    if (content) files.push(await writeFileIn(draft, `${FILES}/${path}`, content));
  }
  return files;
}

const MAKING = /^\.making-(.+)-(\d+)-[^-]+$/;
/** What a run on another computer has left is nobody's after so long. */
const ABANDONED_MS = 60 * 60_000;

/** A folder for what is being made; what runs that were killed have left, which holds secrets, goes first. */
async function draftIn(folder: string, now: number): Promise<string> {
  try {
    await makeFolder(folder);
    for (const name of await readdir(folder))
      if (await isAbandoned(folder, name, now)) await rm(join(folder, name), { recursive: true, force: true });
    return await mkdtemp(join(folder, `.making-${hostname()}-${process.pid}-`));
  } catch (error) {
    throw writeProblem(folder, error);
  }
}

async function isAbandoned(folder: string, name: string, now: number): Promise<boolean> {
  if (name.startsWith(REMOVING)) return true;
  const [, host, pid] = MAKING.exec(name) ?? [];
  if (host === undefined) return false;
  if (host === hostname()) return identify(Number(pid)) === undefined;
  const { mtimeMs } = await stat(join(folder, name)).catch(() => ({ mtimeMs: now }));
  return now - mtimeMs > ABANDONED_MS;
}

/** Two that are made in the same moment get names one after the other. */
async function settle(draft: string, { folder, now }: { folder: string; now: number }): Promise<string> {
  for (let at = now; ; at++) {
    const id = backupId(at);
    try {
      await rename(draft, join(folder, id));
      return id;
    } catch (error) {
      if (!['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
}

const DISK_CODES = ['ENOSPC', 'EROFS', 'EACCES', 'EPERM', 'ENOTDIR', 'ENOENT', 'EDQUOT'];

function writeProblem(folder: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (!(error instanceof Error) || !DISK_CODES.includes(code)) return error;
  return new PrerequisiteError(`no backup could be written to ${folder}`, {
    code: 'backup-not-writable',
    why: code === 'ENOSPC' ? 'no space is left on the disk; nothing is left of what was begun' : error.message,
    next: hint`${again({ to: '<folder>' })}   keeps it elsewhere`,
    cause: error,
  });
}
