import { readIfThere } from '@nomadctl/base/read-if-there';
import { readRecord, type ResolverRecord } from './resolver-record.js';
import { resolverWays, type ResolverWay } from './resolver-way.js';
import { isHalfway } from './write-in-place.js';

/** What became of the file that `dns --enable` changed. */
export interface ResolverStanding {
  readonly record: ResolverRecord;
  readonly way: ResolverWay;
  /**
   * `ours`: as it was left. `untouched`: as it was before, after a kill or because somebody wrote it anew. `halfway`: a kill while it was put
   * back. `edited`: changed since, with ours still in it. `replaced`: changed since, and nothing of ours is in it.
   */
  readonly state: 'ours' | 'untouched' | 'halfway' | 'edited' | 'replaced';
  /** The text now; absent where there is no file. */
  readonly now?: string;
}

/** Nothing where nothing of the system is changed. @throws ConfigError where the record cannot be read */
export async function resolverStanding(root: string): Promise<ResolverStanding | undefined> {
  const record = await readRecord(root);
  if (record === undefined) return undefined;
  const way = resolverWays.find(({ id }) => id === record.way);
  if (way === undefined) throw new Error(`the record names a way that there is not: ${record.way}`);
  const now = await readIfThere(record.file);
  return { record, way, state: stateOf(now, record, way), ...(now === undefined ? {} : { now }) };
}

function stateOf(now: string | undefined, { before, after }: ResolverRecord, way: ResolverWay): ResolverStanding['state'] {
  if (now === before) return 'untouched';
  if (now === after) return 'ours';
  if (now === undefined) return 'replaced';
  if (before !== undefined && isHalfway(now, { old: after, text: before })) return 'halfway';
  return way.withoutNames(now) === now ? 'replaced' : 'edited';
}
