import { describe, expect, it } from 'vitest';
import type { AgentVersion } from '../../../src/programs/known-faults.js';
import { mixedVersions } from '../../../src/programs/mixed-versions.js';

const agents = (tool: AgentVersion['tool'], servers: readonly string[], clients: readonly string[]): AgentVersion[] => [
  ...servers.map((version, index) => ({ tool, part: 'server' as const, name: `server-${index + 1}`, version })),
  ...clients.map((version, index) => ({ tool, part: 'client' as const, name: `client-${index + 1}`, version })),
];

describe('versions of one cluster', () => {
  it.each([
    ['all the same', agents('nomad', ['1.11.3'], ['1.11.3'])],
    ['patches of one series', agents('nomad', ['1.11.0'], ['1.11.3', '1.11.0'])],
    ['older clients that get their own tokens', agents('nomad', ['1.11.3'], ['1.10.0'])],
    ['old all over', agents('nomad', ['1.9.7'], ['1.9.7'])],
    ['no server that answers', agents('nomad', [], ['1.9.7'])],
  ])('work together: %s', (_, mixed) => {
    expect(mixedVersions(mixed)).toEqual([]);
  });

  it('do not work together where clients wait for tokens that servers make no more', () => {
    expect(mixedVersions(agents('nomad', ['1.9.7', '1.10.3'], ['1.9.7', '1.11.3']))).toEqual([
      'Nomad of client-2 (1.11.3) is newer than that of server server-1 (1.9.7): servers must not be older than their clients',
      'Nomad of client-1 (1.9.7) asks servers for tokens of Connect, and Nomad 1.10.3 of server-2 makes none any more: tasks with a sidecar fail there until the clients are 1.10.0 or newer',
    ]);
  });

  it('do not work together where clients are newer than a server', () => {
    expect(mixedVersions([...agents('consul', ['1.21.1'], ['1.22.3']), ...agents('nomad', ['1.11.0'], ['1.11.0'])])).toEqual([
      'Consul of client-1 (1.22.3) is newer than that of server server-1 (1.21.1): servers must not be older than their clients',
    ]);
  });
});
