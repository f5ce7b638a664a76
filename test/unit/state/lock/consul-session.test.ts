import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openSession } from '../../../../src/state/lock/consul-session.js';
import { LeaseLost } from '../../../../src/state/lock/lease.js';
import { memoryStore, type MemoryStore } from '../../../helpers/memory-store.js';

describe('a session of Consul by which locks are held', () => {
  let store: MemoryStore;
  beforeEach(() => {
    vi.useFakeTimers();
    store = memoryStore();
  });
  afterEach(() => vi.useRealTimers());

  it('is renewed until it ends', async () => {
    const session = await openSession(store, { name: 'test' });
    await vi.advanceTimersByTimeAsync(20_000);
    expect(store.calls['renewSession']).toBe(5);
    expect(session.lost.aborted).toBe(false);
    await session.end();
    expect(store.sessions.size).toBe(0);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(store.calls['renewSession']).toBe(5);
  });

  it('is lost when Consul has ended it, or may have because it does not answer', async () => {
    const ended = await openSession(store, { name: 'test' });
    store.expire(ended.id);
    await vi.advanceTimersByTimeAsync(4000);
    expect(ended.lost.aborted).toBe(true);
    const silent = await openSession({ ...store, renewSession: () => Promise.reject(new Error('away')) }, { name: 'test' });
    await vi.advanceTimersByTimeAsync(15_000);
    expect(silent.lost.aborted).toBe(false);
    await vi.advanceTimersByTimeAsync(4000);
    expect(silent.lost.aborted).toBe(true);
  });

  it('is replaced where its lock can be taken again, and lost where somebody else has it', async () => {
    const { signal } = new AbortController();
    const regain = async (session: string): Promise<void> => {
      if (!(await store.lock('key', Buffer.from('mine'), { session, signal }))) throw new LeaseLost('theirs');
    };
    const session = await openSession(store, { name: 'test', regain });
    const first = session.id;
    await regain(first);
    store.expire(first);
    await vi.advanceTimersByTimeAsync(4000);
    expect(session.id).not.toBe(first);
    expect((await store.read('key', signal))?.session).toBe(session.id);
    store.expire(session.id);
    const other = await store.openSession({ name: 'other', ttlSeconds: 15, delaySeconds: 1 }, signal);
    await store.lock('key', Buffer.from('theirs'), { session: other, signal });
    await vi.advanceTimersByTimeAsync(4000);
    expect(session.lost.reason).toEqual(new LeaseLost('theirs'));
    expect([...store.sessions]).toEqual([other]);
  });

  it('is asked for at once where something seems to have changed', async () => {
    const session = await openSession(store, { name: 'test' });
    store.expire(session.id);
    session.look();
    await vi.advanceTimersByTimeAsync(0);
    expect(session.lost.aborted).toBe(true);
  });

  it('with a lock that can be taken again waits for a Consul that does not answer', async () => {
    let isAway = true;
    const away = {
      ...store,
      renewSession: (id: string, signal: AbortSignal) => (isAway ? Promise.reject(new Error('away')) : store.renewSession(id, signal)),
    };
    const session = await openSession(away, { name: 'test', regain: () => Promise.resolve() });
    await vi.advanceTimersByTimeAsync(60_000);
    store.expire(session.id);
    isAway = false;
    await vi.advanceTimersByTimeAsync(4000);
    expect(session.lost.aborted).toBe(false);
    expect(store.sessions.has(session.id)).toBe(true);
  });
});
