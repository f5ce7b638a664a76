import { expect, test } from 'vitest';
import type { NodeRecord } from '../../../../src/agents/node-record.js';
import { DEFAULT_PORTS } from '../../../../src/cluster/agent-ports.js';
import { checkMemoryStep } from '../../../../src/steps/local/check-memory.js';
import type { LocalContext } from '../../../../src/agents/local-subject.js';
import { createTestContext } from '../../../helpers/test-context.js';
import { hintMatching } from '../../../helpers/hint-line.js';

const io = { line: () => {}, log: () => {} };

async function contextWith(clients: number): Promise<LocalContext<'nodes'>> {
  const ctx = await createTestContext();
  const node = (index: number): NodeRecord => ({
    name: `client-${index + 1}`,
    role: 'client',
    address: '127.0.99.1',
    ports: DEFAULT_PORTS,
    taskPorts: [20_000, 20_099],
    bootstrapExpect: 0,
  });
  const cluster = { name: 'dev', settings: {} as never, paths: ctx.paths.cluster('dev') };
  return { ...ctx, platform: 'linux', cluster, state: { nodes: Array.from({ length: clients }, (_, index) => node(index)) } };
}

test('a cluster that fits is let through, with what it takes', async () => {
  const at = await contextWith(1);
  expect(await checkMemoryStep.isDone?.(at)).toEqual({ done: false, because: '2 agents to start' });
  expect(await checkMemoryStep.run(at, io)).toMatchObject({ detail: expect.stringMatching(/^220 MiB wanted, \d+ MiB free$/) });
});

test('a cluster that no computer holds is refused before anything starts', async () => {
  const at = await contextWith(5_000);
  await expect(checkMemoryStep.run(at, io)).rejects.toMatchObject({
    code: 'memory-short',
    exitCode: 3,
    message: expect.stringMatching(/^the agents need about 1100000 MiB of memory, \d+ MiB are free$/),
    next: hintMatching(/nomadctl up/),
  });
});

test('there is nothing to check when nothing is to be started', async () => {
  expect(await checkMemoryStep.isDone?.(await contextWith(0))).toEqual({ done: true });
});
