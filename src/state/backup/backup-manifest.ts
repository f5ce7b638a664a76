import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { RootName } from '../../terraform/root.js';
import type { TerraformAtWork } from '../terraform-left.js';

/** What lies in a backup: written last, so that a folder without one is none. */
export interface BackupManifest {
  readonly version: 1 | 2;
  readonly cluster: string;
  /** Where the cluster lives: `local`, `ucloud`; absent where its file could not be read. */
  readonly target?: string;
  /** Milliseconds since the epoch. */
  readonly madeAt: number;
  readonly why: 'asked for' | 'before a restore';
  /** Public keys of age, of those who can read it. Absent: everybody who has the files can, as earlier releases wrote them (version 1). */
  readonly recipients?: readonly string[];
  /** The run that was at work on the cluster meanwhile. */
  readonly during?: string;
  /** What was at work without a run: what it made later is not in the states. */
  readonly terraforms?: readonly TerraformAtWork[];
  readonly files: readonly BackedFile[];
  readonly states: readonly BackedState[];
  /** What should be in it and is not, a sentence each. */
  readonly missing: readonly string[];
}

export interface BackedFile {
  /** In the backup's folder, with slashes: `files/cluster.yaml`, `states/network.tfstate`, `snapshots/consul.snap`; encrypted, with `.age`. */
  readonly path: string;
  /** Both of what lies there: whoever keeps it needs no key to see that it is whole. */
  readonly bytes: number;
  readonly sha256: string;
}

export interface BackedState {
  readonly root: RootName;
  /** Absent where the state was damaged: its bytes are kept all the same. */
  readonly serial?: number;
  readonly lineage?: string;
  readonly resources?: number;
}

/** A backup, and where it lies. */
export interface Backup extends BackupManifest {
  /** The name of its folder: when it was made. */
  readonly id: string;
  readonly folder: string;
}

/** Who else was at work while it was made, a sentence each. */
export function madeWhile({ during, terraforms = [] }: Pick<BackupManifest, 'during' | 'terraforms'>): string[] {
  return [
    ...(during === undefined ? [] : [`made while "${during}" was at work`]),
    ...terraforms.map(
      ({ root, pid }) =>
        `made while terraform (process ${pid}) was at work in the ${root}, without nomadctl: make another when it has ended`,
    ),
  ];
}

export const MANIFEST = 'manifest.json';
const VERSIONS = [1, 2];
/** Of one that is encrypted: what knows version 1 alone is not to take it for states and files. */
export const MANIFEST_VERSION = 2;

export const FILES = 'files';
export const stateFile = (root: RootName): string => `states/${root}.tfstate`;
export const SNAPSHOTS = { consul: 'snapshots/consul.snap', nomad: 'snapshots/nomad.snap' } as const;

/** `2026-11-30T01-15-39-123Z`: names in the order of time. */
export function backupId(madeAt: number): string {
  return new Date(madeAt).toISOString().replace(/[:.]/g, '-');
}

export function sumOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Where a file of a backup lies. */
export function placeOf({ folder, recipients }: Pick<Backup, 'folder' | 'recipients'>, { path }: Pick<BackedFile, 'path'>): string {
  return join(folder, recipients === undefined ? path : `${path}${SEALED}`);
}

export const SEALED = '.age';

/** Who can read it, in words. */
export function saysReaders({ recipients }: Pick<BackupManifest, 'recipients'>): string {
  if (recipients === undefined) return 'not encrypted: an earlier release made it, and whoever can read the files has the cluster';
  return `encrypted for ${recipients.join(', ')}`;
}

/** All backups in a folder, the newest first. What is none is passed over. */
export async function backupsIn(folder: string): Promise<Backup[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => !name.startsWith('.')).sort();
  const found: Backup[] = [];
  for (const id of names.reverse()) {
    const backup = await backupAt(join(folder, id), id).catch(() => undefined);
    if (backup) found.push(backup);
  }
  return found;
}

/** @throws ConfigError `backup-damaged` or `backup-newer`; nothing where there is no backup */
export async function backupAt(folder: string, id: string): Promise<Backup | undefined> {
  const text = await readIfThere(join(folder, MANIFEST), 'backup-unreadable');
  if (text === undefined) return undefined;
  const manifest = parse(text);
  if (manifest === undefined) {
    throw new ConfigError(`the backup ${id} has a manifest that is torn`, {
      code: 'backup-damaged',
      why: `${join(folder, MANIFEST)} is not what nomadctl wrote`,
      next: nomadctl`state backup list`,
    });
  }
  if (VERSIONS.includes(manifest.version)) return { ...manifest, id, folder };
  throw new ConfigError(`the backup ${id} is of version ${String(manifest.version)}, and this nomadctl reads up to ${MANIFEST_VERSION}`, {
    code: 'backup-newer',
    why: 'a newer nomadctl made it',
    next: nomadctl`state backup list`,
  });
}

function parse(text: string): BackupManifest | undefined {
  try {
    const found = JSON.parse(text) as Partial<BackupManifest> | null;
    const isWhole =
      typeof found?.version === 'number' && typeof found.cluster === 'string' && Array.isArray(found.files) && Array.isArray(found.states);
    return isWhole ? (found as BackupManifest) : undefined;
  } catch {
    return undefined;
  }
}
