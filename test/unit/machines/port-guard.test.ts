import { expect, test } from 'vitest';
import { DEFAULT_PORTS, SECURED_PORTS } from '../../../src/cluster/agent-ports.js';
import { guardRules } from '../../../src/machines/port-guard.js';

const networks = ['10.80.0.0/24', '10.81.0.0/24'];
const PRIVATE = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16'];

test('the cluster comes first, agents answer nobody else, and of private networks only callers reach ssh and the APIs', () => {
  const rules = guardRules({ networks, callers: ['203.0.113.7/32', '10.9.0.0/16', '0.0.0.0/0', '192.168.7.5/32'] });
  expect(rules).toEqual([
    '-s 10.80.0.0/24 -j RETURN',
    '-s 10.81.0.0/24 -j RETURN',
    '-p tcp -m multiport --dports 8300,8301:8302,8502:8503,8600,4647,4648 -j DROP',
    '-p udp -m multiport --dports 8301:8302,8600,4648 -j DROP',
    '-s 10.9.0.0/16 -j RETURN',
    '-s 192.168.7.5/32 -j RETURN',
    ...PRIVATE.map((network) => `-s ${network} -p tcp -m multiport --dports 22,8500:8501,4646 -j DROP`),
  ]);
});

test.each([DEFAULT_PORTS, SECURED_PORTS])('every port of an agent is in it: $consulHttp', (ports) => {
  const ranges = guardRules({ networks, callers: [] }).flatMap((rule) => /--dports (\S+)/.exec(rule)?.[1]?.split(',') ?? []);
  const isIn = (port: number): boolean =>
    ranges.some((range) => {
      const [from = 0, to = from] = range.split(':').map(Number);
      return from <= port && port <= to;
    });
  expect(Object.entries(ports).filter(([, port]) => !isIn(port))).toEqual([]);
});
