import { expect, test } from 'vitest';
import { noMachines, type MachineLimits } from '../../../src/scope/machines.js';
import { defaultSubnetRange } from '../../../src/model/default-subnet.js';

const computer = (taken: (cidr: string) => boolean): MachineLimits => ({
  ...noMachines.limits,
  real: true,
  subnet: (_vpc, cidr) => (taken(cidr) ? 'taken' : undefined),
});

test('is the same everywhere where hosts are records', () => {
  expect(defaultSubnetRange('vpc', noMachines.limits)).toBe('10.9.0.0/16');
});

test('is the one range that the computer has left', () => {
  const limits = computer((cidr) => cidr !== '10.200.0.0/16');
  expect(new Set(Array.from({ length: 20 }, () => defaultSubnetRange('vpc', limits)))).toEqual(new Set(['10.200.0.0/16']));
});

test('differs between emulators of one computer', () => {
  const ranges = new Set(
    Array.from({ length: 30 }, () =>
      defaultSubnetRange(
        'vpc',
        computer(() => false),
      ),
    ),
  );
  expect(ranges.size).toBeGreaterThan(10);
});
