import { readFileSync } from 'node:fs';
import { describe, expect, it, test } from 'vitest';
import { hostConfigs } from '../../../../src/agents/config/host-configs.js';
import { leavingAgents } from '../../../../src/agents/config/leave-signals.js';

const units = new URL('../../../../templates/packer/host/', import.meta.url);
/** SIGTERM is what systemd takes without a word. */
const signalOf = (unit: string): string => /^KillSignal=(\w+)$/m.exec(readFileSync(new URL(unit, units), 'utf8'))?.[1] ?? 'SIGTERM';

interface Leaving {
  readonly leave_on_terminate: boolean;
  readonly leave_on_interrupt?: boolean;
  readonly skip_leave_on_interrupt?: boolean;
}

describe.each(['consul-server', 'nomad-server', 'client'] as const)('a host of role %s', (role) => {
  const host = { name: 'host-1', role, class: '', zone: 'hk-02', privateIp: '10.80.0.11' };
  const configs = hostConfigs([host], { datacenter: 'dc1' }).get('host-1');

  it('leaves by a signal at which its agents leave, and ends by one at which they do not', () => {
    for (const { program, signal } of leavingAgents(role)) {
      const { leave_on_terminate, leave_on_interrupt, skip_leave_on_interrupt } = JSON.parse(configs?.[program] ?? '') as Leaving;
      const leavesAt = { SIGTERM: leave_on_terminate, SIGINT: leave_on_interrupt ?? skip_leave_on_interrupt === false };
      const end = signalOf(program === 'consul' ? 'consul.service' : `${role === 'client' ? 'nomad-client' : role}.service`);
      expect({ program, signal, ...leavesAt }).toMatchObject({ [signal]: true });
      expect({ program, end, ...leavesAt }).toMatchObject({ [end]: false });
    }
  });
});

test('Nomad leaves before the Consul that has its services', () => {
  expect(leavingAgents('client').map(({ program }) => program)).toEqual(['nomad', 'consul']);
  expect(leavingAgents('consul-server')).toEqual([{ program: 'consul', signal: 'SIGINT' }]);
});
