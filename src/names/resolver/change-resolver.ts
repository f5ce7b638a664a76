import { existsSync, realpathSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { readIfThere } from '@nomadctl/base/read-if-there';
import { findResolver } from './find-resolver.js';
import { dropRecord, writeRecord, type ResolverRecord } from './resolver-record.js';
import { resolverStanding, type ResolverStanding } from './resolver-standing.js';
import { fileOf, type NamesAt, type ResolverWay } from './resolver-way.js';
import { writeInPlace } from './write-in-place.js';

/** What `dns --enable` would make of a file, or `--disable`. */
export interface ResolverChange {
  readonly way: ResolverWay;
  readonly file: string;
  readonly before?: string;
  /** Absent: the file goes. */
  readonly after?: string;
  /** What somebody should know, a sentence each. */
  readonly remarks: readonly string[];
}

export interface System {
  /** `/` */
  readonly root: string;
  readonly platform: NodeJS.Platform;
}

/** Reads only. Nothing when it is as it should be. */
export async function plannedEnabling({ root, platform }: System, names: NamesAt): Promise<ResolverChange | undefined> {
  const standing = await resolverStanding(root);
  const way = findAround(root, platform, standing);
  const path = fileOf(way, root);
  const file = existsSync(path) ? realpathSync(path) : path;
  const clean = standing?.record.file === file ? cleaned(standing).after : await readIfThere(file);
  const after = way.withNames(clean, names);
  if (standing?.state === 'ours' && standing.record.file === file && after === standing.now) return undefined;
  const other = standing && standing.record.cluster !== names.cluster;
  return {
    way,
    file,
    ...(clean === undefined ? {} : { before: clean }),
    after,
    remarks: other ? [`.consul was cluster ${standing.record.cluster}`] : [],
  };
}

/** What was found before is found again, and not what ours made of it. */
function findAround(root: string, platform: NodeJS.Platform, standing: ResolverStanding | undefined): ResolverWay {
  return standing && standing.state !== 'replaced' ? standing.way : findResolver(root, platform);
}

/** Reads only. Nothing when nothing of the system is changed. */
export async function plannedDisabling(root: string): Promise<ResolverChange | undefined> {
  const standing = await resolverStanding(root);
  if (standing === undefined) return undefined;
  const { way, record, now } = standing;
  const { after, remarks } = cleaned(standing);
  return { way, file: record.file, ...(now === undefined ? {} : { before: now }), ...(after === undefined ? {} : { after }), remarks };
}

/** What the file shall be without ours. */
function cleaned({ way, record: { before, file }, state, now }: ResolverStanding): Pick<ResolverChange, 'after' | 'remarks'> {
  switch (state) {
    case 'ours':
    case 'halfway':
    case 'untouched':
      return { ...(before === undefined ? {} : { after: before }), remarks: [] };
    case 'replaced': {
      const remarks = [`${file} was written anew since and has nothing of ours: it stays as it is`];
      return { ...(now === undefined ? {} : { after: now }), remarks };
    }
    case 'edited': {
      const rest = way.withoutNames(now ?? '');
      return {
        ...(rest === undefined ? {} : { after: rest }),
        remarks: [`${file} was edited since: only what is ours is taken out, and the rest stays as it is`],
      };
    }
  }
}

/**
 * Makes the change, and says before what was: killed at any moment, `--disable` puts it back, and the same command goes on.
 * @param ready done before anybody is told to ask there; when it throws, nothing is changed
 * @throws the system's error where the file may not be written, and what `ready` throws
 */
export async function enable(
  change: ResolverChange,
  names: NamesAt,
  { root, ready }: { readonly root: string; readonly ready: () => Promise<void> },
): Promise<void> {
  const { way, file, before, after = '' } = change;
  const record: ResolverRecord = { ...names, way: way.id, file, ...(before === undefined ? {} : { before }), after };
  const earlier = await plannedDisabling(root);
  if (earlier) await put(earlier);
  await writeRecord(root, record);
  try {
    await ready();
  } catch (error) {
    await dropRecord(root);
    throw error;
  }
  await put({ file, after });
}

/** Puts back what was. */
export async function disable(root: string, change: ResolverChange): Promise<void> {
  await put(change);
  await dropRecord(root);
}

async function put({ file, after }: Pick<ResolverChange, 'file' | 'after'>): Promise<void> {
  if (after === undefined) return rm(file, { force: true });
  if (existsSync(file)) {
    if ((await readIfThere(file)) !== after) writeInPlace(file, after);
    return;
  }
  await mkdir(dirname(file), { recursive: true, mode: 0o755 });
  await writeFile(file, after, { mode: 0o644 });
}
