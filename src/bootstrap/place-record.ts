import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '@nomadctl/base/atomic-write';
import { ConfigError } from '@nomadctl/base/errors';
import { hint, shell } from '@nomadctl/base/hint/hint';
import { readIfThere } from '@nomadctl/base/read-if-there';
import type { ClusterPaths } from '@nomadctl/base/paths';

/** Where the bootstrapper of a cluster lives, as its jump host remembers it: nobody has to say so again. */
export interface PlaceRecord {
  readonly on: string;
  /** Values of the place's flags that say which one is meant, by their names. */
  readonly flags: Readonly<Record<string, string>>;
}

type Dir = Pick<ClusterPaths, 'dir'>;

const fileOf = ({ dir }: Dir): string => join(dir, 'bootstrap.json');

/** @throws ConfigError `bootstrap-place-damaged` */
export async function readPlaceRecord(paths: Dir): Promise<PlaceRecord | undefined> {
  const text = await readIfThere(fileOf(paths));
  if (text === undefined) return undefined;
  try {
    const { on, flags } = JSON.parse(text) as PlaceRecord;
    if (typeof on === 'string' && typeof flags === 'object') return { on, flags };
  } catch {
    // The same as what is no record.
  }
  throw new ConfigError(`${fileOf(paths)} does not say where the bootstrapper lives`, {
    code: 'bootstrap-place-damaged',
    why: `it holds ${JSON.stringify(text.slice(0, 60))}`,
    next: hint`${shell`rm ${fileOf(paths)}`}   and say it with --on`,
  });
}

export async function writePlaceRecord(paths: Dir, record: PlaceRecord): Promise<void> {
  await writeFileAtomic(fileOf(paths), `${JSON.stringify(record)}\n`, 0o600);
}

export async function removePlaceRecord(paths: Dir): Promise<void> {
  await rm(fileOf(paths), { force: true });
}
