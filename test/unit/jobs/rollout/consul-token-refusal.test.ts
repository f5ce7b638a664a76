import { describe, expect, it, test } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import { firstTokenRefusal, tokenRefusal } from '../../../../src/jobs/rollout/consul-token-refusal.js';
import { hintLine } from '../../../helpers/hint-line.js';

/** As Nomad 1.11.3 says it of a job on a cluster with ACLs. */
function setupFailure(what: string, because = 'Unexpected response code: 403 (rpc error making call: Permission denied)'): string {
  return `failed to setup alloc: pre-run hook "consul" failed: 1 error occurred:\n\t* failed to derive Consul token for ${what}: ${because}\n\n`;
}

test.each([
  ['task t', 'team2', 'Consul has no role for the tasks of namespace team2', 'nomadctl access namespace create team2'],
  ['task t', 'default', 'Consul has no role for the tasks of namespace default', 'nomadctl up'],
  [
    'service redis',
    'team2',
    'Consul lets a job of namespace team2 register services team2-*, and redis is none of them',
    'name it team2-redis, or give the namespace that name, too: nomadctl access namespace create team2 --service redis',
  ],
  [
    'service team2-redis',
    'team2',
    'Consul knows nothing of namespace team2: it was made without what its jobs may be there',
    'nomadctl access namespace create team2',
  ],
  [
    'service team2-redis',
    'default',
    'Consul lets no job of namespace default register a service team2-redis: the name belongs to another namespace',
    'nomadctl access namespace list',
  ],
])('a bare 403 for %s in namespace %s is explained', (what, namespace, why, next) => {
  const refusal = tokenRefusal(setupFailure(what), namespace);
  expect(refusal?.why).toBe(why);
  expect(refusal && hintLine(refusal.next)).toBe(next);
});

describe('a workload that gets no token', () => {
  it('is told when Consul does not know the key of its identity', () => {
    const said = setupFailure('service web', 'Unexpected response code: 403 (no known key successfully validated the token signature)');
    expect(tokenRefusal(said, 'default')?.why).toContain('does not know the key');
  });

  it('is told when its identity has ended for Consul', () => {
    const said = setupFailure('service web', 'Unexpected response code: 403 (Token is expired)');
    expect(tokenRefusal(said, 'default')?.why).toContain('clocks');
  });

  it('is left with the words of Nomad for anything else', () => {
    expect(tokenRefusal(setupFailure('service web', 'connection refused'), 'default')).toBeUndefined();
    expect(tokenRefusal('failed to setup alloc: pre-run hook "network" failed', 'default')).toBeUndefined();
  });

  it('is found among allocations, in the namespace of its own', () => {
    const failed = {
      Namespace: 'team2',
      TaskStates: { t: { Events: [{ Type: 'Setup Failure', DisplayMessage: setupFailure('task t') }] } },
    };
    const fine = { Namespace: 'default', TaskStates: null };
    expect(firstTokenRefusal([fine, failed] as unknown as Allocation[])?.why).toContain('namespace team2');
    expect(firstTokenRefusal([fine] as unknown as Allocation[])).toBeUndefined();
  });
});
