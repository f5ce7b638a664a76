import { expect, test } from 'vitest';
import { acceptsTcp, inOrder } from '../../../../src/machines/network/firewall-rules.js';

test('rules are tried by priority, and within one priority what drops comes first', () => {
  const rules = [
    'TCP|1|0.0.0.0/0|ACCEPT|LOW|',
    'TCP|2|0.0.0.0/0|ACCEPT|HIGH|',
    'TCP|3|0.0.0.0/0|DROP|HIGH|',
    'TCP|4|0.0.0.0/0|DROP|MEDIUM|',
  ];
  expect(inOrder(rules).map(({ ports }) => ports?.from)).toEqual([3, 2, 4, 1]);
});

test('a rule, taken apart', () => {
  expect(inOrder(['TCP|8000-8100|10.1.0.0/16|ACCEPT|HIGH|a|b'])).toEqual([
    { protocol: 'tcp', ports: { from: 8000, to: 8100 }, source: '10.1.0.0/16', accepts: true },
  ]);
  expect(inOrder(['ICMP||0.0.0.0/0|DROP|HIGH'])).toEqual([{ protocol: 'icmp', accepts: false }]);
  expect(inOrder(['UDP|53|10.1.2.3|ACCEPT|HIGH'])).toEqual([
    { protocol: 'udp', ports: { from: 53, to: 53 }, source: '10.1.2.3/32', accepts: true },
  ]);
});

test.each([
  { from: '127.0.0.1', port: 80, accepted: true },
  { from: '127.0.0.9', port: 80, accepted: false },
  { from: '127.0.0.1', port: 81, accepted: false },
  { from: '127.0.0.1', port: 8050, accepted: true },
  { from: '127.0.0.1', port: 53, accepted: false },
  { from: '::1', port: 443, accepted: false },
])('a TCP connection from $from to $port: $accepted', ({ from, port, accepted }) => {
  const rules = inOrder([
    'TCP|80|127.0.0.0/8|ACCEPT|LOW|',
    'TCP|80|127.0.0.9|DROP|HIGH|',
    'TCP|8000-8100|0.0.0.0/0|ACCEPT|HIGH|',
    'UDP|53|0.0.0.0/0|ACCEPT|HIGH|',
    'TCP|443|127.0.0.0/8|ACCEPT|HIGH|',
  ]);
  expect(acceptsTcp(rules, { from, port })).toBe(accepted);
});
