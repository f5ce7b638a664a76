import { expect, test } from 'vitest';
import { unreachedAmong } from '../../../../src/cluster/gossip/unreached-members.js';
import type { ProbeAnswer } from '../../../../src/clients/probe/probe-gossip.js';
import { unreachedSentence } from '../../../../src/targets/unreached-words.js';

const member = { name: 'app2', address: '10.93.0.4', port: 8301 };
const [one, two] = [
  { name: 'registry', address: '10.91.2.40' },
  { name: 'registry-2', address: '10.91.2.41' },
];
const probed = (tcp: ProbeAnswer, udp: ProbeAnswer, from = one) => ({ member, from, tcp, udp });

test('who answers over both is reached, and who has ended is nobody', () => {
  expect(unreachedAmong([probed('answered', 'answered'), probed('refused', 'refused')])).toEqual([]);
});

test.each([
  [
    'silent',
    'silent',
    'app2 is registered at 10.93.0.4, which registry (10.91.2.40) does not reach on 8301 over TCP and UDP (nothing comes back): its services will come and go',
  ],
  [
    'no-route',
    'silent',
    'app2 is registered at 10.93.0.4, which registry (10.91.2.40) does not reach on 8301 over TCP and UDP (there is no way there; nothing comes back): its services will come and go',
  ],
  [
    'answered',
    'silent',
    'app2 is registered at 10.93.0.4, which registry (10.91.2.40) does not reach on 8301 over UDP (nothing comes back), though over TCP it answers: a firewall eats UDP in that direction; news reaches it late, and it is at times taken for dead',
  ],
  [
    'refused',
    'answered',
    'app2 is registered at 10.93.0.4, which registry (10.91.2.40) does not reach on 8301 over TCP (refused), though over UDP it answers: a firewall eats TCP in that direction; it is not told of all that others know',
  ],
] as const)('tcp %s, udp %s', (tcp, udp, sentence) => {
  expect(unreachedAmong([probed(tcp, udp)]).map(unreachedSentence)).toEqual([sentence]);
});

test('those who have the same to say of one are one sentence', () => {
  const found = unreachedAmong([probed('silent', 'silent'), probed('silent', 'silent', two), probed('answered', 'answered', two)]);
  expect(found.map(({ from }) => from.map(({ name }) => name))).toEqual([['registry', 'registry-2']]);
  expect(unreachedSentence(found[0]!)).toContain('which registry (10.91.2.40), registry-2 do not reach');
});
