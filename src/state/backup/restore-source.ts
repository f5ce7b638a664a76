import { join } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import { didYouMean } from '@nomadctl/base/suggest';
import { rootNames, type RootName } from '../../terraform/root.js';
import { backupAt, backupsIn, FILES, SNAPSHOTS, stateFile, sumOf, type BackedFile, type Backup } from './backup-manifest.js';
import { isClusterFile } from '../cluster-files.js';
import { readKeptId, stateCopies } from './state-copies.js';

/** What is to be put back: of a backup, or the one state that was kept around a change. */
export interface RestoreSource {
  readonly id: string;
  readonly cluster: string;
  readonly madeAt: number;
  /** Texts, as terraform wrote them. */
  readonly states: ReadonlyMap<RootName, string>;
  /** By their path in the cluster's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Where its secrets lie, for who reads them as secrets. */
  readonly secrets: string | undefined;
  readonly snapshots: ReadonlyMap<keyof typeof SNAPSHOTS, Uint8Array>;
}

export type RestorePart = 'states' | 'files' | 'snapshots';

interface Wanted {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** Where backups of this cluster are kept. */
  readonly folder: string;
  readonly parts: readonly RestorePart[];
}

/**
 * Reads what is to be put back, and compares it with the sums that were written down when it was made.
 * @throws UsageError `backup-unknown` or `backup-of-another-cluster`; ConfigError `backup-damaged`
 */
export async function openSource(id: string, { cluster, paths, folder, parts }: Wanted): Promise<RestoreSource> {
  const kept = readKeptId(id);
  if (kept) {
    const copy = (await stateCopies(paths, kept.root)).find((one) => one.id === id);
    if (copy === undefined) throw await unknown(id, { paths, folder });
    const none = new Map<never, never>();
    return { id, cluster, madeAt: copy.at, states: new Map([[copy.root, copy.text]]), files: none, secrets: undefined, snapshots: none };
  }
  return read(await openBackup(id, { cluster, paths, folder }), parts);
}

/** @throws UsageError `backup-unknown` or `backup-of-another-cluster`; ConfigError `backup-damaged` for a manifest that is torn */
export async function openBackup(id: string, { cluster, paths, folder }: Omit<Wanted, 'parts'>): Promise<Backup> {
  const isName = id !== '' && !id.includes('/') && !id.startsWith('.');
  const backup = isName ? await backupAt(join(folder, id), id) : undefined;
  if (backup === undefined) throw await unknown(id, { paths, folder });
  if (backup.cluster !== cluster) throw ofAnother(backup, cluster);
  return backup;
}

async function read(backup: Backup, parts: readonly RestorePart[]): Promise<RestoreSource> {
  const contents = new Map<string, Uint8Array>();
  const isWanted = ({ path }: BackedFile): boolean => parts.some((part) => path.startsWith(`${part}/`));
  for (const file of backup.files.filter(isWanted)) contents.set(file.path, await contentOf(backup, file));
  const states = rootNames.flatMap((root) => {
    const content = contents.get(stateFile(root));
    return content ? [[root, Buffer.from(content).toString('utf8')] as const] : [];
  });
  const files = [...contents].flatMap(([path, content]) => {
    const place = path.startsWith(`${FILES}/`) ? path.slice(FILES.length + 1) : '';
    return isClusterFile(place) && place !== SECRETS ? [[place, content] as const] : [];
  });
  const programs = Object.keys(SNAPSHOTS) as (keyof typeof SNAPSHOTS)[];
  const snapshots = programs.flatMap((program) => {
    const content = contents.get(SNAPSHOTS[program]);
    return content ? [[program, content] as const] : [];
  });
  return {
    id: backup.id,
    cluster: backup.cluster,
    madeAt: backup.madeAt,
    states: new Map(states),
    files: new Map(files),
    secrets: secretsOf(backup),
    snapshots: new Map(snapshots),
  };
}

const SECRETS = 'secrets.json';

/** Where a backup keeps the cluster's secrets; nothing where it has none. */
export function secretsOf({ folder, files }: Pick<Backup, 'folder' | 'files'>): string | undefined {
  const path = `${FILES}/${SECRETS}`;
  return files.some((file) => file.path === path) ? join(folder, path) : undefined;
}

/** @throws ConfigError `backup-damaged` */
export async function contentOf({ id, folder }: Pick<Backup, 'id' | 'folder'>, { path, sha256 }: BackedFile): Promise<Uint8Array> {
  const place = join(folder, path);
  const content = await readBytesIfThere(place, 'backup-unreadable');
  if (content && sumOf(content) === sha256) return content;
  throw new ConfigError(`the backup ${id} is damaged: ${path} ${content ? 'is not what was written' : 'is not there'}`, {
    code: 'backup-damaged',
    why: content ? `the sum of ${place} is another one than the manifest's` : `${place} was removed since`,
    next: nomadctl`state backup list`,
  });
}

async function unknown(id: string, { paths, folder }: Pick<Wanted, 'paths' | 'folder'>): Promise<UsageError> {
  const kept = (await mapBounded(rootNames, FILES_AT_ONCE, (root) => stateCopies(paths, root))).flat();
  const ids = [...new Set([...(await backupsIn(folder)).map((backup) => backup.id), ...kept.map((copy) => copy.id)])];
  return new UsageError(`there is no backup "${id}"${didYouMean(id, ids)}`, {
    code: 'backup-unknown',
    why: ids.length === 0 ? `there is none in ${folder}` : `there is ${ids.slice(0, 6).join(', ')}${ids.length > 6 ? ', …' : ''}`,
    next: nomadctl`state backup list`,
  });
}

function ofAnother({ id, cluster: other }: Backup, cluster: string): UsageError {
  return new UsageError(`the backup ${id} is of cluster ${other}, not of ${cluster}`, {
    code: 'backup-of-another-cluster',
    why: 'states and keys of one cluster are of no use to another',
    next: nomadctl`state backup restore ${id} --cluster ${other}`,
  });
}
