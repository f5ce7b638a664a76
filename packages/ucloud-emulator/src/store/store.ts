import { kinds, type Kind, type Records } from '../records/kinds.js';
import { openStoreFile, type Change, type StoreFile } from './store-file.js';

/** Where a record belongs. Projects and regions never see each other's. */
export interface Place {
  readonly project: string;
  readonly region: string;
}

/**
 * Every record of the cloud, in memory, and in a folder when there is one. Requests work on it one after the other, each
 * in a transaction: what it wrote is kept on disk before it is answered, or undone.
 */
export interface Store {
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  kinds(): readonly Kind[];
  /** In the order of creation. */
  all<K extends Kind>(kind: K): Iterable<Records[K]>;
  list<K extends Kind>(kind: K, place: Place): Iterable<Records[K]>;
  /** Those that belong to a record: disks to a host, hosts to a subnet (`kinds.owner`). */
  owned<K extends Kind>(kind: K, owner: string): Iterable<Records[K]>;
  put<K extends Kind>(kind: K, record: Records[K]): void;
  remove(kind: Kind, id: string): void;
  /** @throws what `work` throws, or PrerequisiteError when the folder can not be written, after undoing what it wrote. */
  transaction<T>(time: number, work: () => T): T;
  /** Runs `read` on the records as they were at `time`, as far back as the history goes. */
  asOf<T>(time: number, read: () => T): T;
  close(): Promise<void>;
}

interface Undo {
  readonly kind: Kind;
  readonly id: string;
  readonly before: Records[Kind] | undefined;
  readonly after: Records[Kind] | undefined;
}

/** Changes that `asOf` can look behind. */
const HISTORY = 1000;
const NOTHING: readonly never[] = [];

export async function openStore(dir?: string): Promise<Store> {
  const tables = new Map<Kind, Table>((Object.keys(kinds) as Kind[]).map((kind) => [kind, createTable(kind)]));
  const table = (kind: Kind): Table => tables.get(kind) as Table;
  const file: StoreFile | undefined = dir === undefined ? undefined : await openStoreFile(dir);
  const history: (Undo & { readonly time: number })[] = [];
  let open: Undo[] | undefined;

  const change = (kind: Kind, id: string, after: Records[Kind] | undefined): void => {
    if (!open) throw new Error(`the emulator's store was written outside of a transaction (${kind} ${id})`);
    open.push({ kind, id, before: table(kind).records.get(id), after });
    table(kind).write(id, after);
  };
  const undo = (changes: readonly Undo[]): void => {
    for (const { kind, id, before } of changes.toReversed()) table(kind).write(id, before);
  };
  for (const [kind, id, record] of file?.load().flat() ?? [])
    tables.get(kind)?.write(id, (record ?? undefined) as Records[Kind] | undefined);
  // A log that can not be rewritten just stays long: what was answered is in it either way.
  const compactLongLog = (): void => {
    const count = [...tables.values()].reduce((sum, { records }) => sum + records.size, 0);
    if (file?.isLong(count))
      file.compact([...tables].flatMap(([kind, { records }]) => [...records].map(([id, record]): Change => [kind, id, record])));
  };
  compactLongLog();

  return {
    kinds: () => [...tables.keys()],
    get: <K extends Kind>(kind: K, id: string) => table(kind).records.get(id) as Records[K] | undefined,
    all: <K extends Kind>(kind: K) => table(kind).records.values() as Iterable<Records[K]>,
    list: <K extends Kind>(kind: K, place: Place) =>
      (table(kind).byPlace.get(placeKey(place))?.values() ?? NOTHING) as Iterable<Records[K]>,
    owned: <K extends Kind>(kind: K, owner: string) => (table(kind).byOwner.get(owner)?.values() ?? NOTHING) as Iterable<Records[K]>,
    put: (kind, record) => change(kind, record.id, record),
    remove: (kind, id) => change(kind, id, undefined),
    transaction(time, work) {
      if (open) return work();
      const changes: Undo[] = (open = []);
      let result: ReturnType<typeof work>;
      try {
        result = work();
        if (changes.length > 0) file?.append(changes.map(({ kind, id, after }): Change => [kind, id, after ?? null]));
      } catch (error) {
        undo(changes);
        throw error;
      } finally {
        open = undefined;
      }
      for (const entry of changes) history.push({ ...entry, time });
      if (history.length > HISTORY) history.splice(0, history.length - HISTORY);
      if (changes.length > 0) compactLongLog();
      return result;
    },
    asOf(time, read) {
      const since = history.filter((entry) => entry.time > time);
      undo(since);
      try {
        return read();
      } finally {
        for (const { kind, id, after } of since) table(kind).write(id, after);
      }
    },
    close: async () => file?.close(),
  };
}

/** When the youngest resource was created, by the cloud's clock; 0 where there is none. */
export function newestIn(store: Store): number {
  let newest = 0;
  for (const kind of store.kinds().filter((one) => one !== 'setting'))
    for (const { created } of store.all(kind)) newest = Math.max(newest, created);
  return newest;
}

const placeKey = ({ project, region }: Place): string => `${project}/${region}`;

interface Table {
  readonly records: Map<string, Records[Kind]>;
  readonly byPlace: Map<string, Map<string, Records[Kind]>>;
  readonly byOwner: Map<string, Map<string, Records[Kind]>>;
  write(id: string, record: Records[Kind] | undefined): void;
}

function createTable(kind: Kind): Table {
  const records = new Map<string, Records[Kind]>();
  const byPlace = new Map<string, Map<string, Records[Kind]>>();
  const byOwner = new Map<string, Map<string, Records[Kind]>>();
  const ownerOf = kinds[kind].owner as ((record: Records[Kind]) => string) | undefined;
  const index = (
    groups: typeof byPlace,
    { before, after, record, id }: { before: string | undefined; after: string | undefined; record: Records[Kind] | undefined; id: string },
  ): void => {
    if (before !== undefined && before !== after) leave(groups, before, id);
    if (after === undefined || record === undefined) return;
    const group = groups.get(after) ?? new Map<string, Records[Kind]>();
    groups.set(after, group.set(id, record));
  };
  const write = (id: string, record: Records[Kind] | undefined): void => {
    const old = records.get(id);
    index(byPlace, { before: old && placeKey(old), after: record && placeKey(record), record, id });
    if (ownerOf) index(byOwner, { before: old && ownerOf(old), after: record && ownerOf(record), record, id });
    if (record) records.set(id, record);
    else records.delete(id);
  };
  return { records, byPlace, byOwner, write };
}

function leave(groups: Map<string, Map<string, Records[Kind]>>, key: string, id: string): void {
  const group = groups.get(key);
  group?.delete(id);
  if (group?.size === 0) groups.delete(key);
}
