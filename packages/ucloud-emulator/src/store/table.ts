import { kinds, type Kind, type Records } from '../records/kinds.js';
import type { AddressBook } from './address-book.js';
import type { Listing } from '../records/listing.js';
import { OrderedRecords } from './ordered-records.js';
import type { Place } from './store.js';

type AnyRecord = Records[Kind];
/** Values that records must have; those that are undefined do not count. */
export type Where<R> = { readonly [F in keyof R]?: R[F] | undefined };

/** What was looked for, as far as an index leads: each of `records` still has to be compared with `left`. */
export interface Selection {
  readonly records: Listing<AnyRecord>;
  readonly left: readonly (readonly [field: string, value: unknown])[];
}

/**
 * The records of one kind with their indexes. All of them follow from the records alone, and are changed by `write` alone,
 * so that they are right after a start, an undo and a look at the past as well.
 */
export interface Table {
  readonly all: OrderedRecords<AnyRecord>;
  get(id: string): AnyRecord | undefined;
  /** Where a record stands among the others. */
  positionOf(id: string): number | undefined;
  /** @param position for one that comes back: where it stood. Default: after all others. */
  write(id: string, record: AnyRecord | undefined, position?: number): void;
  inPlace(place: Place): OrderedRecords<AnyRecord>;
  ownedBy(owner: string): OrderedRecords<AnyRecord>;
  select(place: Place, where: Where<object>): Selection;
  /** Sums of what `kinds.tally` counts, for the records of a place. */
  tally(place: Place): readonly number[];
}

interface Entry {
  readonly position: number;
  record: AnyRecord;
}

interface Index {
  readonly keyOf: (record: AnyRecord) => string;
  readonly groups: Map<string, OrderedRecords<AnyRecord>>;
}

const NOTHING = new OrderedRecords<never>();
const placeKey = ({ project, region }: Place): string => `${project}/${region}`;
const fieldKey = (place: Place, value: unknown): string => `${placeKey(place)}/${String(value)}`;

/** @param book the addresses of a range, in which all kinds have theirs. */
export function createTable(kind: Kind, book: (range: string) => AddressBook): Table {
  const facts = kinds[kind] as (typeof kinds)[Kind] & FactsOfAny;
  const entries = new Map<string, Entry>();
  const all = new OrderedRecords<AnyRecord>();
  const byPlace = newIndex(placeKey);
  const byOwner = facts.owner && newIndex(facts.owner);
  const byField = new Map((facts.by ?? []).map((field) => [field, newIndex((record) => fieldKey(record, valueOf(record, field)))]));
  const indexes = [byPlace, ...(byOwner ? [byOwner] : []), ...byField.values()];
  const tallies = new Map<string, number[]>();
  let last = 0;

  const addUp = (record: AnyRecord, sign: 1 | -1): void => {
    const sums = tallies.get(placeKey(record)) ?? [];
    tallies.set(placeKey(record), sums);
    facts.tally?.(record).forEach((value, index) => (sums[index] = (sums[index] ?? 0) + sign * value));
  };
  const write: Table['write'] = (id, record, position) => {
    const entry = entries.get(id);
    if (!entry && !record) return;
    const at = entry?.position ?? position ?? last + 1;
    last = Math.max(last, at);
    for (const index of indexes) move(index, at, { before: entry?.record, after: record });
    if (entry && facts.tally) addUp(entry.record, -1);
    if (record && facts.tally) addUp(record, 1);
    if (facts.addresses) {
      for (const [range, ip] of record ? facts.addresses(record) : []) if (ip !== '') book(range).hold(ip);
      for (const [range, ip] of entry ? facts.addresses(entry.record) : []) if (ip !== '') book(range).release(ip);
    }
    if (!record) {
      entries.delete(id);
      all.drop(at);
      return;
    }
    all.put(at, record);
    if (entry) entry.record = record;
    else entries.set(id, { position: at, record });
  };

  return {
    all,
    get: (id) => entries.get(id)?.record,
    positionOf: (id) => entries.get(id)?.position,
    write,
    inPlace: (place) => byPlace.groups.get(placeKey(place)) ?? NOTHING,
    ownedBy: (owner) => byOwner?.groups.get(owner) ?? NOTHING,
    select(place, where) {
      const asked = Object.entries(where).filter(([, value]) => value !== undefined);
      let records: Selection['records'] = byPlace.groups.get(placeKey(place)) ?? NOTHING;
      let chosen = '';
      for (const [field, value] of asked) {
        const index = byField.get(field);
        const group = index && (index.groups.get(fieldKey(place, value)) ?? NOTHING);
        if (!group || (chosen !== '' && group.length >= records.length)) continue;
        [records, chosen] = [group, field];
      }
      return { records, left: asked.filter(([field]) => field !== chosen) };
    },
    tally: (place) => tallies.get(placeKey(place)) ?? [],
  };
}

interface FactsOfAny {
  readonly owner?: (record: AnyRecord) => string;
  readonly by?: readonly string[];
  readonly addresses?: (record: AnyRecord) => readonly (readonly [range: string, ip: string])[];
  readonly tally?: (record: AnyRecord) => readonly number[];
}

function newIndex(keyOf: (record: AnyRecord) => string): Index {
  return { keyOf, groups: new Map() };
}

export const valueOf = (record: object, field: string): unknown => (record as Readonly<Record<string, unknown>>)[field];

function move(
  { keyOf, groups }: Index,
  position: number,
  { before, after }: { readonly before: AnyRecord | undefined; readonly after: AnyRecord | undefined },
): void {
  const [from, to] = [before && keyOf(before), after && keyOf(after)];
  if (from !== undefined && from !== to) {
    const group = groups.get(from);
    group?.drop(position);
    if (group?.length === 0) groups.delete(from);
  }
  if (to === undefined || after === undefined) return;
  const group = groups.get(to) ?? new OrderedRecords<AnyRecord>();
  group.put(position, after);
  groups.set(to, group);
}
