import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { allocationsFolder } from '../../../../src/agents/bridge/allocations-folder.js';
import { agentFiles, type NodeRecord } from '../../../../src/agents/node-record.js';
import { DEFAULT_PORTS } from '../../../../src/cluster/agent-ports.js';
import { prepareBridgeStep } from '../../../../src/steps/local/prepare-bridge.js';
import type { LocalContext } from '../../../../src/agents/local-subject.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { hintMatching } from '../../../helpers/hint-line.js';

const io = { line: () => {}, log: () => {} };
const node: NodeRecord = {
  name: 'client-1',
  role: 'client',
  address: '127.0.99.1',
  ports: DEFAULT_PORTS,
  taskPorts: [1, 2],
  bootstrapExpect: 0,
};

async function contextWith(bridge: boolean): Promise<LocalContext<'nodes'>> {
  const ctx = await createTestContext({ overrides: { platform: 'darwin' } });
  return { ...ctx, cluster: { name: 'dev', settings: { bridge } as never, paths: ctx.paths.cluster('dev') }, state: { nodes: [node] } };
}

test('there is nothing to do without the setting', async () => {
  expect(await prepareBridgeStep.isDone?.(await contextWith(false))).toEqual({ done: true });
});

test('elsewhere than for root on Linux it is refused, with what does the same', async () => {
  await expect(prepareBridgeStep.run(await contextWith(true), io)).rejects.toMatchObject({
    code: 'bridge-needs-root',
    why: [expect.stringMatching(/greeter/)],
  });
});

test('clients that have data keep their allocations where they are', async () => {
  const at = await contextWith(true);
  await mkdir(join(agentFiles(at.cluster.paths.agents, 'client-1', 'nomad').data, 'alloc'), { recursive: true });
  expect(await prepareBridgeStep.isDone?.(at)).toEqual({ done: false, because: 'setting bridge has changed' });
  await expect(prepareBridgeStep.run(at, io)).rejects.toMatchObject({
    code: 'bridge-fixed',
    message: 'bridge is decided when a client is made: client-1 is there',
    next: hintMatching(/nomadctl down dev && nomadctl up dev --bridge/),
  });
});

test('a sidecar finds room for its socket, whatever the home and however many clients', () => {
  const folder = join(allocationsFolder('/home/somebody/with/a/long/name/.local/share/nomadctl/clusters/dev/agents'), 'client-50');
  const socket = join(folder, '00000000-0000-0000-0000-000000000000', 'alloc', 'tmp', 'consul_grpc.sock');
  expect(socket.length).toBeLessThan(108);
});
