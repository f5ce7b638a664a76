import { kinds, type Kind, type Records } from '../records/kinds.js';
import { AddressBook, type Addresses } from './address-book.js';
import { openStoreFile, type Change, type StoreFile } from './store-file.js';
import { createTable, type Selection, type Table, type Where } from './table.js';

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
  /** Those of a place with these values, as far as an index leads (`kinds.by`). */
  select<K extends Kind>(kind: K, place: Place, where: Where<Records[K]>): Selection;
  /** Sums over a place (`kinds.tally`). */
  tally(kind: Kind, place: Place): readonly number[];
  /** What is in use of a range, by records of any kind (`kinds.addresses`). */
  addresses(range: string): Addresses;
  /** Another one whenever anything was written: as long as it is the same, so is every record. */
  readonly revision: number;
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
  /** Where it stands among the others: what comes back comes back there. */
  readonly position: number;
}

/** A record, and where it stands among the others; none: it goes. */
interface Written {
  readonly record: Records[Kind] | undefined;
  readonly position?: number;
}

/** Changes that `asOf` can look behind. */
const HISTORY = 1000;

export async function openStore(dir?: string): Promise<Store> {
  const books = new Map<string, AddressBook>();
  const book = (range: string): AddressBook => {
    const found = books.get(range) ?? new AddressBook();
    books.set(range, found);
    return found;
  };
  const tables = new Map<Kind, Table>((Object.keys(kinds) as Kind[]).map((kind) => [kind, createTable(kind, book)]));
  const table = (kind: Kind): Table => tables.get(kind) as Table;
  const apply = (changes: readonly Change[]): void => {
    for (const [kind, id, record] of changes) tables.get(kind)?.write(id, (record ?? undefined) as Records[Kind] | undefined);
  };
  const file: StoreFile | undefined = dir === undefined ? undefined : await openStoreFile(dir, apply);
  const history: (Undo & { readonly time: number })[] = [];
  let open: Undo[] | undefined;
  let revision = 0;

  const write = (kind: Kind, id: string, { record, position }: Written): void => {
    revision++;
    table(kind).write(id, record, position);
  };
  const change = (kind: Kind, id: string, after: Records[Kind] | undefined): void => {
    if (!open) throw new Error(`the emulator's store was written outside of a transaction (${kind} ${id})`);
    const changed = table(kind);
    const [before, position] = [changed.get(id), changed.positionOf(id)];
    write(kind, id, { record: after });
    const now = position ?? changed.positionOf(id);
    if (now !== undefined) open.push({ kind, id, before, after, position: now });
  };
  const undo = (changes: readonly Undo[]): void => {
    for (const { kind, id, before, position } of changes.toReversed()) write(kind, id, { record: before, position });
  };
  // A log that can not be rewritten just stays long: what was answered is in it either way.
  const compactLongLog = (): void => {
    const count = [...tables.values()].reduce((sum, { all }) => sum + all.length, 0);
    if (file?.isLong(count)) file.compact(everything(tables));
  };
  compactLongLog();

  return {
    kinds: () => [...tables.keys()],
    get: <K extends Kind>(kind: K, id: string) => table(kind).get(id) as Records[K] | undefined,
    all: <K extends Kind>(kind: K) => table(kind).all as Iterable<Records[Kind]> as Iterable<Records[K]>,
    list: <K extends Kind>(kind: K, place: Place) => table(kind).inPlace(place) as Iterable<Records[Kind]> as Iterable<Records[K]>,
    owned: <K extends Kind>(kind: K, owner: string) => table(kind).ownedBy(owner) as Iterable<Records[Kind]> as Iterable<Records[K]>,
    select: (kind, place, where) => table(kind).select(place, where),
    tally: (kind, place) => table(kind).tally(place),
    addresses: (range) => book(range),
    get revision() {
      return revision;
    },
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
        for (const { kind, id, after, position } of since) write(kind, id, { record: after, position });
      }
    },
    close: async () => file?.close(),
  };
}

function* everything(tables: ReadonlyMap<Kind, Table>): Iterable<Change> {
  for (const [kind, { all }] of tables) for (const record of all) yield [kind, record.id, record];
}

/** When the youngest resource was created, by the cloud's clock; 0 where there is none. */
export function newestIn(store: Store): number {
  let newest = 0;
  for (const kind of store.kinds().filter((one) => one !== 'setting'))
    for (const { created } of store.all(kind)) newest = Math.max(newest, created);
  return newest;
}
