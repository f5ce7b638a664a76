import { expect, test } from 'vitest';
import { agentOf, agentsOf, expectedVoters, isServerOf, type NodeRole } from '../../../src/cluster/node-roles.js';

const roles: readonly (readonly [NodeRole, Readonly<Record<string, string>>])[] = [
  ['server', { consul: 'server', nomad: 'server' }],
  ['consul-server', { consul: 'server' }],
  ['nomad-server', { consul: 'client', nomad: 'server' }],
  ['client', { consul: 'client', nomad: 'client' }],
];

test.each(roles)('a node of role %s runs %j', (role, agents) => {
  expect(Object.fromEntries(agentsOf(role).map(({ program, mode }) => [program, mode]))).toEqual(agents);
  for (const program of ['consul', 'nomad'] as const) {
    expect(agentOf(role, program)?.mode).toBe(agents[program]);
    expect(isServerOf(role, program)).toBe(agents[program] === 'server');
  }
});

test.each<readonly [NodeRole, readonly NodeRole[], number]>([
  ['server', ['server', 'server', 'server', 'client'], 3],
  ['consul-server', ['consul-server', 'nomad-server', 'nomad-server', 'nomad-server', 'client'], 1],
  ['nomad-server', ['consul-server', 'nomad-server', 'nomad-server', 'nomad-server', 'client'], 3],
  ['client', ['server', 'server', 'server', 'client'], 0],
])('a %s among %j waits for %i', (role, nodes, expected) => {
  expect(
    expectedVoters(
      role,
      nodes.map((other) => ({ role: other })),
    ),
  ).toBe(expected);
});
