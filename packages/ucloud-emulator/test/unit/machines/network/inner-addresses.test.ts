import { expect, test } from 'vitest';
import { addressesIn, reconcileAddresses } from '../../../../src/machines/network/inner-addresses.js';

const shown = [
  '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever preferred_lft forever',
  '7: nceaaa    inet 10.1.1.1/24 brd 10.1.1.255 scope global nceaaa\\       valid_lft forever',
  '7: nceaaa    inet 10.1.1.20/32 scope global nceaaa\\       valid_lft forever preferred_lft forever',
  '9: eth0    inet 192.0.2.4/32 scope global eth0\\       valid_lft forever preferred_lft forever',
].join('\n');

test('single addresses are told apart from those of networks', () => {
  expect(addressesIn(shown)).toEqual([
    { device: 'nceaaa', address: '10.1.1.20' },
    { device: 'eth0', address: '192.0.2.4' },
  ]);
});

test('what is no more goes, what is new comes, and what is not ours stays', async () => {
  const said: string[] = [];
  const run = (program: string, argv: readonly string[]) => {
    if (argv.includes('show')) return Promise.resolve(shown);
    said.push([program, ...argv].join(' '));
    return Promise.resolve('');
  };
  const bridges = [
    { vpc: 'uvnet-a', cidr: '10.1.1.0/24', name: 'nceaaa' },
    { vpc: 'uvnet-a', cidr: '10.1.2.0/24', name: 'ncebbb' },
  ];
  const inside = { vpc: 'uvnet-a', cidr: '10.1.2.0/24' };
  await reconcileAddresses(
    [80, 443].map((port) => ({ address: '10.1.2.30', port, inside, rules: [] })),
    { bridges, run },
  );
  expect(said).toEqual(['ip address delete 10.1.1.20/32 dev nceaaa', 'ip address add 10.1.2.30/32 dev ncebbb']);
  said.length = 0;
  await reconcileAddresses([{ address: '10.1.1.20', port: 80, inside: { vpc: 'uvnet-a', cidr: '10.1.1.0/24' }, rules: [] }], {
    bridges,
    run,
  });
  expect(said).toEqual([]);
});
