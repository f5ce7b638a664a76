import { randomUUID } from 'node:crypto';
import type { ConsulStore, NamedKey } from '../../src/clients/consul/consul-store.js';

interface Held {
  value: Buffer;
  index: number;
  locks: number;
  session?: string;
}

export interface MemoryStore extends ConsulStore {
  /** How often each call was made. */
  readonly calls: Readonly<Record<string, number>>;
  /** Ends a session as Consul does when its time is over: its locks are free, their values stay. */
  expire(session: string): void;
  readonly sessions: ReadonlySet<string>;
}

/** Keys, sessions, locks and blocking queries as Consul has them, without the delay after a lost lock. */
export function memoryStore(): MemoryStore {
  const keys = new Map<string, Held>();
  const sessions = new Set<string>();
  const calls: Record<string, number> = {};
  const waiting = new Set<() => void>();
  let index = 1;
  const count = (name: string): void => void (calls[name] = (calls[name] ?? 0) + 1);
  const changed = (): void => [...waiting].forEach((wake) => wake());
  const set = (key: string, value: Buffer, session?: string): void => {
    const before = keys.get(key);
    const locks = (before?.locks ?? 0) + (session !== undefined && before?.session !== session ? 1 : 0);
    keys.set(key, { value, index: ++index, locks, ...(session === undefined ? {} : { session }) });
    changed();
  };
  const drop = (key: string): void => {
    if (keys.delete(key)) index++;
    changed();
  };
  const expire = (session: string): void => {
    sessions.delete(session);
    for (const [key, held] of keys) if (held.session === session) set(key, held.value);
  };
  const below = (prefix: string): NamedKey[] =>
    [...keys].filter(([key]) => key.startsWith(prefix)).map(([key, held]) => ({ key, ...held }));
  const seen = new Map<string, { text: string; index: number }>();
  const indexOf = (prefix: string): number => {
    const text = JSON.stringify(below(prefix));
    const before = seen.get(prefix);
    if (before?.text === text) return before.index;
    seen.set(prefix, { text, index });
    return index;
  };
  return {
    calls,
    sessions,
    expire,
    async tree(prefix, { index: since, signal }) {
      count('tree');
      signal.throwIfAborted();
      while (since > 0 && indexOf(prefix) <= since) {
        await new Promise<void>((resolve, reject) => {
          const wake = (): void => {
            waiting.delete(wake);
            resolve();
          };
          waiting.add(wake);
          signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
        });
      }
      return { keys: below(prefix), index: indexOf(prefix) };
    },
    async writeAll(changes) {
      count('writeAll');
      if (changes.some((change) => change.index !== undefined && (keys.get(change.key)?.index ?? 0) !== change.index)) return false;
      for (const { key, value } of changes) {
        if (value) set(key, value);
        else drop(key);
      }
      return true;
    },
    async read(key) {
      count('read');
      return keys.get(key);
    },
    async keys(prefix) {
      count('keys');
      return below(prefix).map(({ key }) => key);
    },
    async write(key, value, at) {
      count('write');
      if ((keys.get(key)?.index ?? 0) !== at.index) return false;
      set(key, value, keys.get(key)?.session);
      return true;
    },
    async lock(key, value, { session }) {
      count('lock');
      const holder = keys.get(key)?.session;
      if (!sessions.has(session) || (holder !== undefined && holder !== session)) return false;
      set(key, value, session);
      return true;
    },
    async unlock(key, value, { session }) {
      count('unlock');
      if (keys.get(key)?.session !== session) return false;
      set(key, value);
      return true;
    },
    async remove(key, { recurse }) {
      count('remove');
      for (const one of recurse ? below(key).map((each) => each.key) : [key]) drop(one);
    },
    async openSession() {
      count('openSession');
      const id = randomUUID();
      sessions.add(id);
      return id;
    },
    async renewSession(id) {
      count('renewSession');
      return sessions.has(id);
    },
    async endSession(id) {
      count('endSession');
      expire(id);
    },
  };
}
