import { expect, test } from 'vitest';
import { nodesFor } from '../../../src/agents/topology.js';

test.each([
  [{ servers: 1, clients: 2, splitRoles: false }, ['server-1 server', 'client-1 client', 'client-2 client']],
  [{ servers: 3, clients: 0, splitRoles: false }, ['server-1 server', 'server-2 server', 'server-3 server']],
  [{ servers: 1, clients: 1, splitRoles: true }, ['consul-server-1 consul-server', 'nomad-server-1 nomad-server', 'client-1 client']],
])('%j', (size, expected) => {
  expect(nodesFor(size).map(({ name, role }) => `${name} ${role}`)).toEqual(expected);
});
