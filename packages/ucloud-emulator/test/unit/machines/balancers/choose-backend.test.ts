import { expect, test } from 'vitest';
import { createChooser } from '../../../../src/machines/balancers/choose-backend.js';

const backends = ['a', 'b', 'c'].map((id) => ({ id, ip: '10.1.1.10', port: 80, weight: 1, isBackup: false }));
const from = (port: number, address = '10.9.0.1') => ({ from: { address, port }, busy: () => 0 });

/** Who gets each of so many connections. */
function turns(method: string, some = backends, count = 6): string {
  const chooser = createChooser();
  return Array.from({ length: count }, (_, port) => chooser.choose(some, { method, ...from(port) })?.id ?? '-').join('');
}

test('by turns, by weight, and not at all where none is left', () => {
  expect(turns('Roundrobin')).toBe('abcabc');
  const weighted = backends.map((backend, index) => ({ ...backend, weight: [3, 0, 1][index] ?? 0 }));
  expect(turns('WeightRoundrobin', weighted, 8)).toBe('aacaaaca');
  expect(turns('Roundrobin', [])).toBe('------');
});

test('an address has one backend, and keeps it when another one goes', () => {
  const of = (some: typeof backends, address: string) => createChooser().choose(some, { method: 'Source', ...from(1, address) })?.id;
  const addresses = Array.from({ length: 40 }, (_, index) => `10.9.0.${index}`);
  const before = addresses.map((address) => of(backends, address));
  expect(new Set(before).size).toBe(3);
  const left = backends.filter(({ id }) => id !== 'b');
  addresses.forEach((address, index) => {
    if (before[index] !== 'b') expect(of(left, address)).toBe(before[index]);
  });
  expect(new Set(turns('SourcePort', backends, 40)).size).toBe(3);
});

test('who has the fewest connections is next; a backup waits until nobody else is left', () => {
  const busy = { a: 2, b: 1, c: 3 };
  const choice = { method: 'Leastconn', from: { address: '10.9.0.1', port: 1 }, busy: (id: string) => busy[id as keyof typeof busy] };
  expect(createChooser().choose(backends, choice)?.id).toBe('b');
  const withBackup = backends.map((backend) => ({ ...backend, isBackup: backend.id === 'b' }));
  expect(createChooser().choose(withBackup, choice)?.id).toBe('a');
  expect(createChooser().choose(withBackup.slice(1, 2), choice)?.id).toBe('b');
});
