import { expect, test } from 'vitest';
import type { Job } from '../../../../src/clients/nomad-job-model.js';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import { reach } from '../../../../src/cluster/reach.js';
import { servicesWithoutToken } from '../../../../src/jobs/report/revoked-tokens.js';
import { nodeDouble } from '../../../helpers/agent-double.js';

const service = (Name: string, more: object = {}) => ({ Name, Provider: 'consul', Identity: {}, ...more });
const group = (Name: string, ...Services: object[]) => ({ Name, Services, Tasks: [] });
const job = {
  TaskGroups: [
    group('redis', service('redis'), service('plain', { Provider: 'nomad' }), service('${NOMAD_JOB_NAME}')),
    group('web', service('web')),
    group('old', service('old', { Identity: null })),
  ],
} as unknown as Job;
const running = (...groups: string[]) => groups.map((TaskGroup) => ({ TaskGroup, ClientStatus: 'running' })) as unknown as Allocation[];
const token = (name: string, AuthMethod = 'nomad-workloads') => ({
  AccessorID: name,
  AuthMethod,
  ServiceIdentities: [{ ServiceName: name }],
});

test.each([
  ['all have theirs', running('redis', 'web', 'web', 'old'), [token('redis'), token('web'), token('web')], []],
  ['one of two is gone', running('redis', 'web', 'web'), [token('redis'), token('web')], ['web']],
  ['what is no workload’s does not count', running('redis'), [token('redis', '')], ['redis']],
  ['of an agent that was started anew some are left', running('redis'), [token('redis'), token('redis')], []],
  ['nothing runs', [], [], []],
  ['Consul does not tell', running('redis'), 403, []],
] as const)('%s', async (_, allocations, tokens, expected) => {
  const server = await nodeDouble({ name: 'server-1', consul: 'server' });
  server.consul['/v1/acl/tokens'] = tokens;
  const consul = reach([server.node], {}).endpoint(server.node, 'consul');
  const signal = new AbortController().signal;
  expect(await servicesWithoutToken({ consul }, { job, allocations, signal })).toEqual(expected);
});
