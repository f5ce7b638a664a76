import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Firewall } from '../../../src/records/firewall.js';
import { openStore, type Store } from '../../../src/store/store.js';
import { tempHome } from '../../../../../test/helpers/temp-home.js';

const here = { project: 'org-1', region: 'cn-bj2' };
const there = { project: 'org-2', region: 'cn-bj2' };

const firewall = (id: string, place = here, name = id): Firewall => ({
  id,
  ...place,
  name,
  tag: '',
  remark: '',
  created: 0,
  type: 'user defined',
  rules: [],
});
const put = (store: Store, ...records: Firewall[]) =>
  store.transaction(0, () => records.forEach((record) => store.put('firewall', record)));
const ids = (store: Store, place = here) => Array.from(store.list('firewall', place), ({ id }) => id);

test('a place sees its own records only', async () => {
  const store = await openStore();
  put(store, firewall('a'), firewall('b', there), firewall('c'));
  expect(ids(store)).toEqual(['a', 'c']);
  expect(ids(store, there)).toEqual(['b']);
});

test('a transaction that throws leaves nothing, in memory and on disk', async () => {
  const dir = await tempHome();
  const store = await openStore(dir);
  put(store, firewall('a'));
  const work = () => {
    store.put('firewall', firewall('a', here, 'changed'));
    store.put('firewall', firewall('b'));
    store.remove('firewall', 'a');
    throw new Error('no');
  };
  expect(() => store.transaction(0, work)).toThrow('no');
  expect(ids(store)).toEqual(['a']);
  expect(store.get('firewall', 'a')?.name).toBe('a');
  await store.close();
  const again = await openStore(dir);
  expect(ids(again)).toEqual(['a']);
  await again.close();
});

test('writing outside of a transaction is a mistake', async () => {
  const store = await openStore();
  expect(() => store.put('firewall', firewall('a'))).toThrow('outside of a transaction');
});

test('asOf sees the past, and only for so long', async () => {
  const store = await openStore();
  store.transaction(10, () => store.put('firewall', firewall('a')));
  store.transaction(20, () => store.put('firewall', firewall('a', here, 'new')));
  store.transaction(30, () => store.remove('firewall', 'a'));
  expect(store.asOf(5, () => ids(store))).toEqual([]);
  expect(store.asOf(10, () => store.get('firewall', 'a')?.name)).toBe('a');
  expect(store.asOf(20, () => store.get('firewall', 'a')?.name)).toBe('new');
  expect(ids(store)).toEqual([]);
});

test('a last line that was cut short was never answered, and does not spoil what follows', async () => {
  const dir = await tempHome();
  const first = await openStore(dir);
  put(first, firewall('a'));
  await first.close();
  await appendFile(join(dir, 'store.jsonl'), '[["firewall","b",{"id":"b","proj');
  const second = await openStore(dir);
  expect(ids(second)).toEqual(['a']);
  put(second, firewall('c'));
  await second.close();
  const third = await openStore(dir);
  expect(ids(third)).toEqual(['a', 'c']);
  await third.close();
});

test.each([
  ['another version', '{"format":"nomadctl-emulator-store","version":99}\n[]\n', 'has version 99; this nomadctl reads version 1'],
  ['another program', 'hello\nworld\n', "is not an emulator's store"],
  ['another program, without a newline', 'hello', "is not an emulator's store"],
  ['damage in the middle', '{"format":"nomadctl-emulator-store","version":1}\nrubbish\n[]\n', 'is damaged at'],
])('a store of %s is refused by name and left as it is', async (_name, content, message) => {
  const dir = await tempHome();
  const path = join(dir, 'store.jsonl');
  await writeFile(path, content);
  await expect(openStore(dir)).rejects.toThrow(message);
  await expect(openStore(dir)).rejects.toThrow(path);
  expect(await readFile(path, 'utf8')).toBe(content);
});

test('two emulators can not have the same folder; one that was killed does not keep it', async () => {
  const dir = await tempHome();
  const store = await openStore(dir);
  await expect(openStore(dir)).rejects.toThrow('has');
  await store.close();
  await writeFile(join(dir, 'lock'), JSON.stringify({ pid: process.pid, started: 'another boot/1' }));
  await (await openStore(dir)).close();
});

test('of ten that find the lock of a dead one, one opens the store', async () => {
  const dir = await tempHome();
  for (let round = 0; round < 20; round++) {
    await writeFile(join(dir, 'lock'), `stale ${round}`);
    const opened = await Promise.allSettled(Array.from({ length: 10 }, () => openStore(dir)));
    const stores = opened.filter((result) => result.status === 'fulfilled');
    expect(stores).toHaveLength(1);
    await stores[0]?.value.close();
  }
});

test('a long log is rewritten, and holds the same', async () => {
  const dir = await tempHome();
  const store = await openStore(dir);
  for (let index = 0; index < 3000; index++) put(store, firewall(`f-${index % 7}`, here, `name ${index}`));
  const before = ids(store);
  await store.close();
  // While it grew: it is never longer than about a thousand lines.
  expect((await readFile(join(dir, 'store.jsonl'), 'utf8')).split('\n').length).toBeLessThan(1100);
  const again = await openStore(dir);
  expect(ids(again)).toEqual(before);
  expect(again.get('firewall', 'f-0')?.name).toBe('name 2996');
  await again.close();
});

test('a log that can not be rewritten stays, and loses nothing', async () => {
  const dir = await tempHome();
  await mkdir(join(dir, 'store.jsonl.new'));
  const store = await openStore(dir);
  for (let index = 0; index < 1500; index++) put(store, firewall('f', here, `name ${index}`));
  await store.close();
  expect((await readFile(join(dir, 'store.jsonl'), 'utf8')).split('\n')).toHaveLength(1502);
  const again = await openStore(dir);
  expect(again.get('firewall', 'f')?.name).toBe('name 1499');
  await again.close();
});

test('random writes, failures and restarts keep the store equal to a plain map', async () => {
  const random = seeded(20_261_121);
  const dir = await tempHome();
  const model = new Map<string, Firewall>();
  let store = await openStore(dir);
  for (let round = 0; round < 400; round++) {
    const before = new Map(model);
    const fails = random() < 0.2;
    const work = () => {
      for (let step = 0; step < 1 + random() * 4; step++) {
        const id = `f-${Math.floor(random() * 12)}`;
        if (random() < 0.35) {
          store.remove('firewall', id);
          model.delete(id);
        } else {
          const record = firewall(id, random() < 0.5 ? here : there, `round ${round}`);
          store.put('firewall', record);
          model.set(id, record);
        }
      }
      if (fails) throw new Error('undo');
    };
    if (fails) {
      expect(() => store.transaction(round, work)).toThrow('undo');
      model.clear();
      for (const [id, record] of before) model.set(id, record);
    } else store.transaction(round, work);
    if (round % 50 === 49) {
      await store.close();
      store = await openStore(dir);
    }
    const kept = Object.fromEntries(Array.from(store.all('firewall'), (record) => [record.id, record]));
    expect(kept).toEqual(Object.fromEntries(model));
    for (const place of [here, there]) {
      const expected = [...model.values()].filter(({ project }) => project === place.project).map(({ id }) => id);
      expect(ids(store, place).sort()).toEqual(expected.sort());
    }
  }
  await store.close();
});

/** Mulberry32: the same numbers on every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
