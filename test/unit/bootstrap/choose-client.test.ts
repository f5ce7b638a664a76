import { expect, test } from 'vitest';
import { chooseClient } from '../../../src/bootstrap/nomad/choose-client.js';
import type { Node } from '../../../src/clients/nomad-node-model.js';
import { again } from '../../../packages/base/src/hint/hint.js';
import { hintMatching } from '../../helpers/hint-line.js';
import { thrown } from '../../helpers/thrown.js';

const node = (Name: string, drivers: readonly string[], more: Partial<Node> = {}): Node => ({
  ...{ ID: `id-${Name}`, Name, Datacenter: 'dc1', NodeClass: '', Status: 'ready', Drain: false, SchedulingEligibility: 'eligible' },
  Attributes: { 'plugins.host_volume.mkdir.version': '0.0.1' },
  Drivers: Object.fromEntries(drivers.map((driver) => [driver, { Detected: true, Healthy: true, HealthDescription: '' }])),
  ...more,
});
const both = ['docker', 'raw_exec'] as const;
const nodes = [node('client-2', ['raw_exec']), node('client-3', ['docker', 'raw_exec']), node('client-1', ['raw_exec'])];

test.each([
  [{ drivers: both }, 'client-3', 'docker'],
  [{ drivers: ['raw_exec'] as const }, 'client-1', 'raw_exec'],
  // The volume decides, also over a client that is drained: the data is there.
  [{ drivers: both, bound: 'id-client-2' }, 'client-2', 'raw_exec'],
])('%j: %s, by %s', (more, name, driver) => {
  const chosen = chooseClient({ nodes, management: 'ops', ...more });
  expect([chosen.node.Name, chosen.driver]).toEqual([name, driver]);
});

test.each([
  [{ nodes: [], drivers: both }, /^of 0 clients none is ready/, /status ops/],
  [{ nodes: [node('old', both, { Attributes: {} })], drivers: both }, /makes dynamic host volumes/, /status ops/],
  [
    { nodes: [node('client-1', ['raw_exec'])], drivers: ['docker'] as const, otherwise: again() },
    /^none of client-1 has driver docker$/,
    /run the same|bootstrap/,
  ],
  [{ nodes, drivers: ['docker'] as const, bound: 'id-client-2' }, /lies on client client-2, which has no driver docker$/, /status ops/],
  [{ nodes, drivers: both, bound: 'id-gone' }, /lies on client id-gone, which Nomad does not know$/, /status ops/],
])('no client will do: %#', async (request, why, next) => {
  const error = await thrown(async () => chooseClient({ management: 'ops', ...request }));
  expect(error).toMatchObject({ code: 'bootstrap-no-client', exitCode: 3, why: [expect.stringMatching(why)], next: hintMatching(next) });
});
