import { expect, test } from 'vitest';
import { parseCidr, type Network } from '../../../../../base/src/ipv4.js';
import { parseRoutes, readRoutes, routeInTheWay } from '../../../../src/machines/network/routes.js';

// As Linux prints it: a default route, docker's own network, a neighbourhood, and the half of everything that a VPN takes.
const PRINTED = `Iface	Destination	Gateway 	Flags	RefCnt	Use	Metric	Mask		MTU	Window	IRTT
eth0	00000000	010200C0	0003	0	0	0	00000000	0	0	0
docker0	000011AC	00000000	0001	0	0	0	0000FFFF	0	0	0
eth0	0001A8C0	00000000	0001	0	0	0	00FFFFFF	0	0	0
tun0	00000080	00000000	0001	0	0	0	00000080	0	0	0
`;

test('routes are read as addresses, ways to everywhere left out', () => {
  expect(parseRoutes(PRINTED)).toEqual([
    { device: 'docker0', ...parseCidr('172.17.0.0/16') },
    { device: 'eth0', ...parseCidr('192.168.1.0/24') },
  ]);
  expect(parseRoutes('')).toEqual([]);
  expect(readRoutes('/nowhere')).toEqual([]);
});

test.each([
  ['192.168.0.0/16', 'the computer reaches 192.168.1.0/24 through eth0'],
  ['172.17.9.0/24', 'the computer reaches 172.17.0.0/16 through docker0'],
  ['192.168.2.0/24', undefined],
  ['10.9.0.0/16', undefined],
])('%s: %s', (cidr, problem) => {
  expect(routeInTheWay(parseCidr(cidr) as Network, parseRoutes(PRINTED))).toBe(problem);
});
