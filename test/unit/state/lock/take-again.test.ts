import { expect, test } from 'vitest';
import { LeaseLost } from '../../../../src/state/lock/lease.js';
import { runOwner } from '../../../../src/state/lock/run-owner.js';
import { takeAgain } from '../../../../src/state/lock/take-again.js';
import { memoryStore } from '../../../helpers/memory-store.js';

const { signal } = new AbortController();
const key = 'nomadctl/prod/.run';
const ownerAt = (since: number) => ({
  ...runOwner({ command: 'nomadctl up', run: `run-${since}`, since }),
  user: 'ann',
  host: 'desk',
  pid: 42,
});
const valueOf = (owner: object): Buffer => Buffer.from(JSON.stringify(owner));

/** A run that had the lock, and whose session Consul has ended. */
async function ended() {
  const store = memoryStore();
  const mine = ownerAt(1000);
  const openSession = (): Promise<string> => store.openSession({ name: 'one', ttlSeconds: 15, delaySeconds: 1 }, signal);
  const take = async (owner: object): Promise<string> => {
    const session = await openSession();
    expect(await store.lock(key, valueOf(owner), { session, signal })).toBe(true);
    return session;
  };
  const first = await take(mine);
  store.expire(first);
  const again = async (unheardMs = 1000, by = store): Promise<unknown> =>
    takeAgain(by, { key, mine, value: valueOf(mine), id: await openSession(), unheardMs }).catch((error: unknown) => error);
  return { store, take, again, mine };
}

test('nobody has had the lock since: it is taken again, however long that was', async () => {
  const { again, store, mine } = await ended();
  expect(await again(600_000)).toBeUndefined();
  expect((await store.read(key, signal))?.value).toEqual(valueOf(mine));
});

test('somebody else has it', async () => {
  const { again, take } = await ended();
  await take(ownerAt(2000));
  expect(await again()).toEqual(new LeaseLost('another nomadctl has the lock: nomadctl up (process 42 of ann on desk)'));
});

test('somebody else has had it meanwhile, and has changed what this run has looked at', async () => {
  const { again, take, store } = await ended();
  store.expire(await take(ownerAt(2000)));
  expect(await again()).toEqual(new LeaseLost('another nomadctl has the lock: nomadctl up (process 42 of ann on desk), and has ended'));
});

test('somebody is quicker between the look and the lock', async () => {
  const { again, take, store, mine } = await ended();
  const overtaken = {
    ...store,
    async read(...asked: Parameters<typeof store.read>) {
      const there = await store.read(...asked);
      if (there?.session === undefined) store.expire(await take({ ...mine, run: 'quicker' }));
      return there;
    },
  };
  expect(await again(1000, overtaken)).toEqual(new LeaseLost('another run has had the lock meanwhile'));
});

test('a person took it away', async () => {
  const { again, store } = await ended();
  await store.writeAll([{ key, value: Buffer.from('{}') }], signal);
  expect(await again()).toEqual(new LeaseLost('somebody has taken it away by hand'));
});

test.each([
  ['nothing', undefined],
  ['an earlier run', valueOf(ownerAt(500))],
])('servers that went back to a snapshot of %s give it again to a run that they heard of just now, and to no other', async (_, value) => {
  for (const [unheardMs, expected] of [
    [20_000, new LeaseLost('Consul knows nothing of this run any more')],
    [4000, undefined],
  ] as const) {
    const { again, store } = await ended();
    await store.writeAll([value === undefined ? { key } : { key, value }], signal);
    expect(await again(unheardMs)).toEqual(expected);
  }
});
