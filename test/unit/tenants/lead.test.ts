import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../../packages/base/src/clock.js';
import { runOwner } from '../../../src/state/lock/run-owner.js';
import { lead } from '../../../src/tenants/lead.js';
import { LEADER, LOCKS, OPERATIONS, REQUESTS, type Operation } from '../../../src/tenants/records.js';
import { bytesOf } from '../../../src/tenants/tenant-store.js';
import { memoryStore, type MemoryStore } from '../../helpers/memory-store.js';

describe('the leader of controllers', () => {
  let store: MemoryStore;
  let end: AbortController;
  let leading: Promise<void>[];
  let done: string[];
  let said: string[];

  beforeEach(() => {
    store = memoryStore();
    end = new AbortController();
    [leading, done, said] = [[], [], []];
  });
  afterEach(async () => {
    end.abort(new Error('the test ends'));
    await Promise.all(leading);
  });

  const start = (name: string, perform?: (operation: Operation, signal: AbortSignal) => Promise<void>, signal = end.signal): void => {
    leading.push(
      lead({
        ...{ store, clock: systemClock, signal, name },
        told: (line, leads) => said.push(`${name}: ${line} ${leads}`),
        async perform(operation, at) {
          await perform?.(operation, at.signal);
          done.push(`${name} ${operation.id}`);
          await write({ ...operation, state: 'succeeded' });
        },
      }),
    );
  };
  const write = async (operation: Operation): Promise<void> => {
    const key = `${OPERATIONS}${operation.id}`;
    await store.writeAll([{ key, value: bytesOf(operation) }], end.signal);
  };
  const asked = (id: string, more: Partial<Operation> = {}): Operation => ({
    ...{ id, kind: 'create', tenant: `of-${id}`, template: 'redis', members: 1, variables: [], by: 'customer acme', customer: 'acme' },
    ...{ asked: Date.now(), state: 'queued' },
    ...more,
  });

  it('does what is asked for as it is asked, and asks Consul for nothing while nothing changes', async () => {
    start('one');
    await expect.poll(() => said).toEqual(['one: leads true']);
    await write(asked('a'));
    await expect.poll(() => done).toEqual(['one a']);
    await expect.poll(() => store.calls['keys']).toBeGreaterThan(1);
    const before = { ...store.calls };
    await delay(700);
    expect(store.calls).toEqual(before);
    await Promise.all([write(asked('b')), write(asked('c'))]);
    await expect.poll(() => done.sort()).toEqual(['one a', 'one b', 'one c']);
  });

  it('does one at a time for a tenant, tries again what has failed, and nothing twice', async () => {
    let tries = 0;
    start('one', async ({ id }) => {
      if (id === 'b' && tries++ === 0) throw new Error('Nomad is away');
    });
    await write(asked('a', { tenant: 'same' }));
    await write(asked('b', { tenant: 'same' }));
    await expect.poll(() => done).toEqual(['one a', 'one b']);
    expect(tries).toBe(2);
    expect(said).toContain('one: create same: Nomad is away true');
  });

  it('is followed by another one that waits without asking, when it gives the lock back or loses its session', async () => {
    const first = new AbortController();
    start('one', undefined, first.signal);
    await expect.poll(() => said).toEqual(['one: leads true']);
    start('two');
    start('three');
    await expect.poll(() => store.calls['lock']).toBeGreaterThan(2);
    const tries = store.calls['lock'];
    await delay(700);
    expect(store.calls['lock']).toBe(tries);
    first.abort(new Error('it ends'));
    await expect.poll(() => said.filter((line) => line.endsWith('leads true'))).toHaveLength(2);
  });

  it('takes the lock at once from one that was killed on this computer', async () => {
    const gone = { ...runOwner({ command: 'controller work', run: 'gone', since: 0 }), pid: 2 ** 22 + 1 };
    const session = await store.openSession({ name: 'gone', ttlSeconds: 10, delaySeconds: 1 }, end.signal);
    await store.lock(LEADER, bytesOf(gone), { session, signal: end.signal });
    start('one');
    await expect.poll(() => said).toEqual(['one: leads true']);
    expect(store.sessions.has(session)).toBe(false);
  });

  it('leaves an operator his operations for a minute, and then those that nobody is at', async () => {
    const old = { by: 'op@host', customer: undefined, asked: Date.now() - 61_000 } as unknown as Partial<Operation>;
    const session = await store.openSession({ name: 'op', ttlSeconds: 15, delaySeconds: 1 }, end.signal);
    await store.lock(`${LOCKS}of-held`, Buffer.from('{}'), { session, signal: end.signal });
    await write(asked('fresh', { ...old, asked: Date.now() }));
    await write(asked('held', old));
    await write(asked('left', old));
    start('one');
    await expect.poll(() => done).toEqual(['one left']);
    store.expire(session);
    await expect.poll(() => done).toEqual(['one left', 'one held']);
  });

  it('forgets keys of requests whose operations are forgotten', async () => {
    await write(asked('kept', { state: 'succeeded' }));
    await store.writeAll(
      ['kept', 'gone'].map((operation) => ({ key: `${REQUESTS}${operation}`, value: bytesOf({ operation }) })),
      end.signal,
    );
    start('one');
    await expect.poll(() => store.keys(REQUESTS, end.signal)).toEqual([`${REQUESTS}kept`]);
  });
});
