import { createCloudClock } from '../../src/store/cloud-clock.js';
import { openStore } from '../../src/store/store.js';
import { viewStore, type StoreView } from '../../src/machines/store-view.js';
import type { Kind, Records } from '../../src/records/kinds.js';

/** Records by kind, each with what the test is about. */
export type SomeRecords = Readonly<Partial<Record<Kind, readonly ({ readonly id: string } & Readonly<Record<string, unknown>>)[]>>>;

export interface TestStore {
  /** As machines see it. */
  readonly view: StoreView;
  put(records: SomeRecords): void;
  remove(kind: Kind, id: string): void;
}

const base = { project: 'org-1', region: 'cn-bj2', name: '', tag: '', remark: '', created: 0 };

/** A store in memory, at the beginning of time. */
export async function storeOf(records: SomeRecords): Promise<TestStore> {
  const store = await openStore();
  const put = (more: SomeRecords): void =>
    store.transaction(0, () => {
      for (const [kind, some] of Object.entries(more))
        for (const record of some) store.put(kind as Kind, { ...base, ...record } as unknown as Records[Kind]);
    });
  put(records);
  return {
    view: viewStore(store, createCloudClock({ real: () => 0 })),
    put,
    remove: (kind, id) => store.transaction(0, () => store.remove(kind, id)),
  };
}
