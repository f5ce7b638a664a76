import { expect, test } from 'vitest';
import type { SchedulerConfig } from '../../../src/clients/nomad-operator.js';
import { ensureScheduler, schedulerProblem } from '../../../src/cluster/nomad-scheduler.js';
import { reach } from '../../../src/cluster/reach.js';
import { nodeDouble } from '../../helpers/agent-double.js';
import { nodeListening } from '../../helpers/endpoint-at.js';
import { thrown } from '../../helpers/thrown.js';

const { signal } = new AbortController();
const CONFIGURATION = '/v1/operator/scheduler/configuration';

test('a Nomad that does not answer, or not well, has a scheduler that is not as wanted', async () => {
  const { node, nomad } = await nodeDouble({ name: 'server-1', nomad: 'server' });
  const problem = (at = node): Promise<string | undefined> => schedulerProblem(reach([at], {}), 'spread', signal);
  nomad[CONFIGURATION] = 500;
  expect(await problem(nodeListening('127.0.0.1', 1))).toBe('none of the Nomad servers answers');
  expect(await problem()).toContain('with 500');
  nomad[CONFIGURATION] = { SchedulerConfig: { SchedulerAlgorithm: 'binpack' } };
  expect(await problem()).toBe('it is binpack');
  nomad[CONFIGURATION] = { SchedulerConfig: { SchedulerAlgorithm: 'spread' } };
  expect(await problem()).toBeUndefined();
});

test('an interrupt is no problem of the scheduler', async () => {
  const { node } = await nodeDouble({ name: 'server-1', nomad: 'server' });
  const interrupted = AbortSignal.abort();
  expect(await thrown(() => schedulerProblem(reach([node], {}), 'spread', interrupted))).toBe(interrupted.reason);
});

/** A scheduler that somebody else changes before each of the first so many writes. */
function racedScheduler(algorithm: string, quicker: number) {
  let config: SchedulerConfig = { SchedulerAlgorithm: algorithm, ModifyIndex: 1, PauseEvalBroker: true };
  const writes: SchedulerConfig[] = [];
  const nomad = {
    scheduler: async () => config,
    async setScheduler(wanted: SchedulerConfig) {
      writes.push(wanted);
      if (writes.length <= quicker) config = { ...config, ModifyIndex: config.ModifyIndex + 1 };
      if (wanted.ModifyIndex !== config.ModifyIndex) return false;
      config = { ...wanted, ModifyIndex: config.ModifyIndex + 1 };
      return true;
    },
  };
  return { nomad, writes, now: () => config };
}

test('a scheduler that is as wanted is not written', async () => {
  const { nomad, writes } = racedScheduler('spread', 0);
  await ensureScheduler(nomad, 'spread', signal);
  expect(writes).toEqual([]);
});

test.each([0, 4])('it is set, read anew when somebody else was quicker %i times, and keeps its other settings', async (quicker) => {
  const { nomad, writes, now } = racedScheduler('binpack', quicker);
  await ensureScheduler(nomad, 'spread', signal);
  expect(writes).toHaveLength(quicker + 1);
  expect(now()).toMatchObject({ SchedulerAlgorithm: 'spread', PauseEvalBroker: true });
});

test('somebody who is quicker again and again ends it', async () => {
  const { nomad, writes } = racedScheduler('binpack', 100);
  expect(await thrown(() => ensureScheduler(nomad, 'spread', signal))).toMatchObject({
    code: 'scheduler-busy',
    message: "Nomad's scheduler could not be set to spread",
    why: ['somebody else changed it 5 times meanwhile'],
    next: 'nomadctl up',
  });
  expect(writes).toHaveLength(5);
});
