import { randomInt } from 'node:crypto';
import { checkPlace, type Caller, type Project } from './accounts.js';
import type { Catalogue } from './catalogue.js';
import type { Network } from '@nomadctl/base/ipv4';
import type { Faults } from './faults.js';
import type { MachineLimits } from './machines.js';
import { kinds, PUBLIC, type Kind, type Records } from '../records/kinds.js';
import { listing, type Listing } from '../records/listing.js';
import type { Resource } from '../records/resource.js';
import { settled } from '../records/settled.js';
import { invalid, Refusal } from '../params/refusal.js';
import { findRegion } from './regions.js';
import type { Session } from './sessions.js';
import type { Addresses } from '../store/address-book.js';
import type { Store } from '../store/store.js';
import { valueOf, type Where } from '../store/table.js';
import type { Timings } from './timings.js';

/** Whose, where and when a request is, and under which conditions. */
interface Vantage {
  /** With the rights of the key that signed the request. */
  readonly caller: Caller;
  readonly project: string;
  readonly region: string;
  /** That the request names. */
  readonly zone?: string | undefined;
  /** The cloud's time, in milliseconds. */
  readonly now: number;
  readonly timings: Timings;
  readonly faults: Pick<Faults, 'conditions'>;
  readonly catalogue: Catalogue;
  /** Where EIPs come from. */
  readonly publicPool: Network;
  readonly machines: MachineLimits;
}

/** The cloud as one request may see it: one project in one region, at one moment. */
export interface Scope extends Vantage {
  /** What a host that this request touches ends as, when a fault says so. */
  readonly hostFate: 'Install Fail' | 'ResizeFail' | undefined;
  /** Records as they are by now; those of others do not exist. */
  find<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  /** Also what is in another zone than the request says does not exist. @throws Refusal with the kind's code. */
  need<K extends Kind>(kind: K, id: string): Records[K];
  list<K extends Kind>(kind: K): Records[K][];
  owned<K extends Kind>(kind: K, owner: string): Records[K][];
  /**
   * Those with these values; what is undefined does not count. Quick for fields of `kinds.by`, however many records there are:
   * only what is sliced is looked at.
   */
  select<K extends Kind>(kind: K, where?: Where<Records[K]>): Listing<Records[K]>;
  /** Those of a list of ids that are there, once each; all when it is empty. */
  named<K extends Kind>(kind: K, ids: readonly string[], where?: Where<Records[K]>): Listing<Records[K]>;
  /** Those of a list with these values. */
  among<R extends object>(records: readonly R[], where: Where<R>): R[];
  /** As long as it is the same, nothing was written. */
  readonly revision: number;
  /** See `kinds.tally`. */
  tally(kind: Kind): readonly number[];
  put<K extends Kind>(kind: K, record: Records[K]): Records[K];
  /** Takes its labels from it, too. */
  remove(kind: Kind, id: string): void;
  /** What is in use of a subnet; without one of the public addresses, anywhere in the cloud, by whomever. */
  addresses(subnet?: string): Addresses;
  /** What every new record starts with. */
  create(
    kind: Kind,
    given?: { readonly name?: string | undefined; readonly tag?: string | undefined; readonly remark?: string | undefined },
  ): Resource;
  /** The same cloud elsewhere: another project or region that the caller has a right to. @throws Refusal */
  elsewhere(place: { readonly project?: string | undefined; readonly region?: string | undefined }): Scope;
  openSession(session: Session): void;
  /** In the place of those that the account has. */
  keepProjects(projects: readonly Project[]): void;
  /** How many resources a project has, in all regions. */
  resourcesOf(project: string): number;
}

export interface ScopeParts extends Vantage {
  readonly store: Store;
  readonly hostFate?: 'Install Fail' | 'ResizeFail' | undefined;
  readonly openSession: (session: Session) => void;
  readonly keepProjects: (projects: readonly Project[]) => void;
  /** Called for each place before its records are looked at. */
  readonly settle: (place: { readonly project: string; readonly region: string }) => void;
}

export function createScope(parts: ScopeParts): Scope {
  const { store, caller, project, region, zone, now } = parts;
  const place = { project, region };
  const here = (record: Resource): boolean => record.project === project && record.region === region;
  const current = <K extends Kind>(record: Records[K]): Records[K] => settled(record, now);
  const find = <K extends Kind>(kind: K, id: string): Records[K] | undefined => {
    const record = store.get(kind, id);
    return record && here(record) ? current(record) : undefined;
  };
  const select = <K extends Kind>(kind: K, where: Where<Records[K]> = {}): Listing<Records[K]> => {
    const { records, left } = store.select(kind, place, where);
    const isWanted = (record: Records[K]): boolean => left.every(([field, value]) => valueOf(record, field) === value);
    if (left.length > 0) return Array.from(records, (record) => current<K>(record as Records[K])).filter(isWanted);
    return listing(records.length, (from, to) => records.slice(from, to).map((record) => current<K>(record as Records[K])));
  };
  return {
    ...parts,
    hostFate: parts.hostFate,
    find,
    need(kind, id) {
      const record = find(kind, id);
      if (!record || (zone !== undefined && (kinds[kind].zoneOf?.(record) ?? zone) !== zone))
        throw new Refusal(kinds[kind].notFound, `The ${kinds[kind].title} [${id}] not exists`);
      return record;
    },
    list: <K extends Kind>(kind: K) => Array.from(store.list(kind, place), (record) => current<K>(record)),
    // What left its owner by the clock alone is still kept under it.
    owned: <K extends Kind>(kind: K, owner: string) =>
      Array.from(store.owned(kind, owner), (record) => current<K>(record)).filter((record) => kinds[kind].owner?.(record) === owner),
    select,
    named(kind, ids, where = {}) {
      if (ids.length === 0) return select(kind, where);
      const records = [...new Set(ids)].map((id) => find(kind, id)).filter((record) => record !== undefined);
      return among(records, where);
    },
    among,
    get revision() {
      return store.revision;
    },
    resourcesOf: (id) => countOwn(store, id),
    tally: (kind) => store.tally(kind, place),
    put(kind, record) {
      store.put(kind, record);
      return record;
    },
    remove(kind, id) {
      store.remove(kind, id);
      for (const label of store.list('label', place)) {
        if (label.resources.includes(id)) store.put('label', { ...label, resources: label.resources.filter((other) => other !== id) });
      }
    },
    addresses: (subnet = PUBLIC) => store.addresses(subnet),
    create: (kind, { name = '', tag = 'Default', remark = '' } = {}) => ({
      id: newId(kind, store),
      project,
      region,
      name,
      tag,
      remark,
      created: now,
    }),
    elsewhere(other) {
      const next = { project: other.project ?? project, region: other.region ?? region };
      checkPlace(caller, next);
      if (!findRegion(next.region)) throw invalid('Region', `${next.region} is not offered`);
      parts.settle(next);
      return createScope({ ...parts, ...next, zone: undefined });
    },
  };
}

/** Without what every place has from the start. */
function countOwn(store: Store, project: string): number {
  let count = 0;
  for (const kind of store.kinds()) for (const record of store.all(kind)) if (record.project === project && !isFirst(record)) count++;
  return count;
}

function isFirst(record: object): boolean {
  const { isDefault, type } = record as { readonly isDefault?: boolean; readonly type?: string };
  return isDefault === true || type?.startsWith('recommend ') === true;
}

function among<R extends object>(records: readonly R[], where: Where<R>): R[] {
  const wanted = Object.entries(where).filter(([, value]) => value !== undefined);
  return records.filter((record) => wanted.every(([field, value]) => valueOf(record, field) === value));
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz0123456789';

function newId(kind: Kind, store: Store): string {
  for (;;) {
    // Joined at once: a text that grows letter by letter takes several times as much memory for as long as it lives.
    const id = `${kinds[kind].prefix}-${Array.from({ length: 10 }, () => LETTERS[randomInt(LETTERS.length)]).join('')}`;
    if (!store.get(kind, id)) return id;
  }
}
