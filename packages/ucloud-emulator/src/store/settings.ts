import type { CloudClock } from './cloud-clock.js';
import type { Store } from './store.js';

/** Something the emulator itself has to remember, such as its clock. Call in a transaction. */
export function putSetting({ store, clock }: { readonly store: Store; readonly clock: CloudClock }, id: string, value: unknown): void {
  store.put('setting', { project: '', region: '', id, name: id, tag: '', remark: '', created: clock.now(), value });
}

export function getSetting(store: Store, id: string): unknown {
  return store.get('setting', id)?.value;
}
