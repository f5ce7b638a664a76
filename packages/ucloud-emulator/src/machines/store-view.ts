import type { CloudClock } from '../store/cloud-clock.js';
import type { Kind, Records } from '../records/kinds.js';
import { settled } from '../records/settled.js';
import type { Store } from '../store/store.js';

/** The store as machines see it: all projects and regions, as they are by now. */
export interface StoreView {
  get<K extends Kind>(kind: K, id: string): Records[K] | undefined;
  all<K extends Kind>(kind: K): Records[K][];
  owned<K extends Kind>(kind: K, owner: string): Records[K][];
  /** Writes what became of something, unless it is gone. `change` answers undefined when nothing is to be written after all. */
  change<K extends Kind>(kind: K, id: string, change: (record: Records[K]) => Partial<Records[K]> | undefined): void;
}

export function viewStore(store: Store, clock: CloudClock): StoreView {
  const current = <K extends Kind>(record: Records[K]): Records[K] => settled(record, clock.now());
  const get = <K extends Kind>(kind: K, id: string): Records[K] | undefined => {
    const record = store.get(kind, id);
    return record && current<K>(record);
  };
  return {
    get,
    all: (kind) => Array.from(store.all(kind), (record) => current<typeof kind>(record)),
    owned: (kind, owner) => Array.from(store.owned(kind, owner), (record) => current<typeof kind>(record)),
    change(kind, id, change) {
      const record = get(kind, id);
      const changes = record && change(record);
      if (!record || !changes) return;
      store.transaction(clock.now(), () => store.put(kind, { ...record, ...changes }));
    },
  };
}
