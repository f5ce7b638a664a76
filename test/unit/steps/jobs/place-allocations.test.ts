import { expect, test } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import { placeAllocations, whereabouts } from '../../../../src/steps/jobs/place-allocations.js';
import { nodeDouble } from '../../../helpers/agent-double.js';
import { endpointAt } from '../../../helpers/endpoint-at.js';

const placed = (group: string, ...nodes: readonly string[]): Allocation[] =>
  nodes.map((node) => ({ TaskGroup: group, NodeName: node }) as Allocation);

test.each([
  [[...placed('redis', 'client-1'), ...placed('web', 'client-2')], 'redis on client-1, web on client-2'],
  [placed('web', 'client-2', 'client-1'), 'web on client-1 and client-2'],
  [placed('web', 'client-1', 'client-1'), 'web on client-1 (2)'],
  [placed('web', 'client-2', 'client-1', 'client-2'), 'web on client-1 and client-2 (2)'],
  [placed('web', 'a', 'b', 'c', 'a'), 'web on 3 nodes'],
  [[], ''],
])('allocations are told by group and node: %#', (allocations, text) => expect(whereabouts(allocations)).toBe(text));

test.each([
  ['made for it', { CreateIndex: 12, Status: 'successful' }, 'd'],
  ['under way since before', { CreateIndex: 8, Status: 'running' }, 'd'],
  ['of an earlier version', { CreateIndex: 8, Status: 'successful', JobVersion: 2 }, 'd'],
  ['ended before, well', { CreateIndex: 8, Status: 'successful' }, ''],
  ['ended before, badly', { CreateIndex: 8, Status: 'failed' }, ''],
])('a deployment that an evaluation names is followed unless it had ended before: %s', async (_, deployment, followed) => {
  const { node, nomad } = await nodeDouble({ name: 'server', nomad: 'server' });
  nomad['/v1/evaluation/e'] = { ID: 'e', Status: 'complete', DeploymentID: 'd', CreateIndex: 11, FailedTGAllocs: null };
  nomad['/v1/deployment/d'] = { ID: 'd', JobVersion: 3, TaskGroups: {}, ...deployment };
  nomad['/v1/job/web/allocations'] = [];
  const registered = { jobId: 'web', type: 'system', version: 3, evaluationId: 'e', unchanged: false, warnings: '' };
  const connection = { nomad: endpointAt(`http://127.0.0.1:${node.ports.nomadHttp}`) };
  const at = { connection, state: { registered }, job: { options: {} }, signal: new AbortController().signal };
  const io = { line: () => undefined, log: () => undefined };
  expect(await placeAllocations.run(at as never, io)).toMatchObject({ state: { placed: { deploymentId: followed } } });
});
