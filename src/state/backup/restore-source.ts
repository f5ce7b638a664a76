import { join } from 'node:path';
import { ConfigError, UsageError } from '@nomadctl/base/errors';
import { again, nomadctl } from '@nomadctl/base/hint/hint';
import { FILES_AT_ONCE, mapBounded } from '@nomadctl/base/map-bounded';
import type { ClusterPaths } from '@nomadctl/base/paths';
import { readBytesIfThere } from '@nomadctl/base/read-if-there';
import type { Redactor } from '@nomadctl/base/redact';
import type { Secret } from '@nomadctl/base/secret/secret';
import { didYouMean } from '@nomadctl/base/suggest';
import { secretsIn } from '../../config/secrets.js';
import { rootNames, type RootName } from '../../terraform/root.js';
import {
  backupAt,
  backupsIn,
  FILES,
  placeOf,
  saysReaders,
  SNAPSHOTS,
  stateFile,
  sumOf,
  type BackedFile,
  type Backup,
} from './backup-manifest.js';
import { isClusterFile } from '../cluster-files.js';
import { unseal } from '../home/age-seal.js';
import { allOf } from './compare-secrets.js';
import { keptCopies, readKeptId } from './state-copies.js';

/** What is to be put back: of a backup, or the one state that was kept around a change. */
export interface RestoreSource {
  readonly id: string;
  readonly cluster: string;
  readonly madeAt: number;
  /** Texts, as terraform wrote them. */
  readonly states: ReadonlyMap<RootName, string>;
  /** By their path in the cluster's folder. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Whatever the part: servers of a snapshot know the tokens of its time. Absent: it has none. */
  readonly secrets: Readonly<Record<string, Secret>> | undefined;
  readonly parts: readonly RestorePart[];
  readonly snapshots: ReadonlyMap<keyof typeof SNAPSHOTS, Uint8Array>;
}

export type RestorePart = 'states' | 'files' | 'snapshots';

interface Wanted {
  readonly cluster: string;
  readonly paths: ClusterPaths;
  /** Where backups of this cluster are kept. */
  readonly folder: string;
  readonly parts: readonly RestorePart[];
  readonly redact: Redactor;
  /** The text of the operator's key file; asked for where the backup is encrypted. @throws UsageError `age-key-missing` */
  readonly identity: () => Promise<string>;
}

/**
 * Reads what is to be put back, and compares it with the sums that were written down when it was made.
 * @throws UsageError `backup-unknown`, `backup-of-another-cluster`, `age-key-missing` or `age-key-wrong`; ConfigError `backup-damaged`
 */
export async function openSource(id: string, wanted: Wanted): Promise<RestoreSource> {
  const { cluster, paths, folder } = wanted;
  const kept = readKeptId(id);
  if (kept) {
    const copy = (await keptCopies(paths, kept.root)).find((one) => one.id === id);
    if (copy === undefined) throw await unknown(id, { paths, folder });
    const none = new Map<never, never>();
    const states = new Map([[copy.root, copy.text]]);
    return { id, cluster, madeAt: copy.at, states, files: none, secrets: undefined, snapshots: none, parts: ['states'] };
  }
  return read(await openBackup(id, { cluster, paths, folder }), wanted);
}

/** @throws UsageError `backup-unknown` or `backup-of-another-cluster`; ConfigError `backup-damaged` for a manifest that is torn */
export async function openBackup(id: string, { cluster, paths, folder }: Pick<Wanted, 'cluster' | 'paths' | 'folder'>): Promise<Backup> {
  const isName = id !== '' && !id.includes('/') && !id.startsWith('.');
  const backup = isName ? await backupAt(join(folder, id), id) : undefined;
  if (backup === undefined) throw await unknown(id, { paths, folder });
  if (backup.cluster !== cluster) throw ofAnother(backup, cluster);
  return backup;
}

async function read(backup: Backup, { parts, redact, identity }: Wanted): Promise<RestoreSource> {
  const key = backup.recipients === undefined ? undefined : await identity();
  const contents = new Map<string, Uint8Array>();
  const isWanted = ({ path }: BackedFile): boolean => parts.some((part) => path.startsWith(`${part}/`));
  for (const file of backup.files.filter(isWanted)) contents.set(file.path, await openedContent(backup, file, key));
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
    secrets: await secretsOf(backup, { key, redact }),
    parts,
    snapshots: new Map(snapshots),
  };
}

const SECRETS = 'secrets.json';

/** @throws ConfigError for secrets of the backup that cannot be read, or that others may read */
async function secretsOf(
  backup: Backup,
  { key, redact }: { readonly key: string | undefined } & Pick<Wanted, 'redact'>,
): Promise<RestoreSource['secrets']> {
  const file = backup.files.find(({ path }) => path === `${FILES}/${SECRETS}`);
  if (file === undefined) return undefined;
  if (key === undefined) return allOf({ secrets: placeOf(backup, file) }, redact);
  return secretsIn(Buffer.from(await openedContent(backup, file, key)).toString('utf8'), placeOf(backup, file), { redact });
}

async function openedContent(backup: Backup, file: BackedFile, key: string | undefined): Promise<Uint8Array> {
  const content = await contentOf(backup, file);
  if (key === undefined) return content;
  return unseal(content, key, {
    what: `the backup ${backup.id}`,
    whose: `it is ${saysReaders(backup)}`,
    next: again({ key: '<file>' }),
  });
}

/** What lies there, encrypted or not. @throws ConfigError `backup-damaged` */
export async function contentOf(backup: Backup, file: BackedFile): Promise<Uint8Array> {
  const { id } = backup;
  const { path, sha256 } = file;
  const place = placeOf(backup, file);
  const content = await readBytesIfThere(place, 'backup-unreadable');
  if (content && sumOf(content) === sha256) return content;
  throw new ConfigError(`the backup ${id} is damaged: ${path} ${content ? 'is not what was written' : 'is not there'}`, {
    code: 'backup-damaged',
    why: content ? `the sum of ${place} is another one than the manifest's` : `${place} was removed since`,
    next: nomadctl`state backup list`,
  });
}

async function unknown(id: string, { paths, folder }: Pick<Wanted, 'paths' | 'folder'>): Promise<UsageError> {
  const kept = (await mapBounded(rootNames, FILES_AT_ONCE, (root) => keptCopies(paths, root))).flat();
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
