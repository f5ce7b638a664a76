import { describe, expect, it, test } from 'vitest';
import { DIFFERENCES } from '../../../../src/agents/config/agent-config.js';
import type { HostFacts, LocalFacts } from '../../../../src/agents/config/agent-facts.js';
import { networkDifferences } from '../../../../src/agents/config/network-differences.js';
import { nodeDifferences } from '../../../../src/agents/config/node-differences.js';
import { DEFAULT_PORTS } from '../../../../src/cluster/agent-ports.js';
import { agentsOf, type NodeRole } from '../../../../src/cluster/node-roles.js';

const files = { data: '/d', log: '/l' };
const common = { name: 'n-1', datacenter: 'dc1', address: '127.0.66.1', ports: DEFAULT_PORTS, bootstrapExpect: 1, consulBinary: '/consul' };
const servers = { consul: [{ ...common, name: 's-1' }], nomad: [{ ...common, name: 's-1' }] };
const local = (role: NodeRole): LocalFacts => ({
  ...{ ...common, place: 'local', role, servers, files: { consul: files, nomad: files }, loopback: 'lo', rootLinks: '/links' },
  ...{ taskPorts: [20_000, 20_099], clientCpu: 0, clientMemory: 0, drivers: ['auto'], bridge: { allocations: '/a', envoy: '/e' } },
});
const host = (role: NodeRole): HostFacts => ({ ...common, place: 'host', role, servers, zone: 'hk-02', class: 'default' });

describe.each(Object.entries(DIFFERENCES))('%s', (_, difference) => {
  it('says why on both sides', () => {
    for (const { why } of [difference.local, difference.host]) expect(why).toMatch(/^\S.*\.$/);
  });

  it('is a difference for some agent', () => {
    const told = (['server', 'client'] as const).flatMap((role) =>
      agentsOf(role).map(({ program, mode }) => ({
        local: difference.local[program]?.(local(role), mode) ?? {},
        host: difference.host[program]?.(host(role), mode) ?? {},
      })),
    );
    expect(told.some((side) => JSON.stringify(side.local) !== JSON.stringify(side.host))).toBe(true);
  });
});

test('no two tables name the same difference', () => {
  expect(Object.keys(DIFFERENCES)).toHaveLength(Object.keys(networkDifferences).length + Object.keys(nodeDifferences).length);
});
