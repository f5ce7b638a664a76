import { expect, test } from 'vitest';
import { nomadctl } from '../../../packages/base/src/hint/hint.js';
import type { AgentProgram } from '../../../src/cluster/node-roles.js';
import { leadersProblem, waitForLeaders, type LeaderWait } from '../../../src/cluster/elected-leaders.js';
import { thrown } from '../../helpers/thrown.js';
import { LEADER, NODES, wholeCluster } from '../../helpers/whole-cluster.js';

const { signal } = new AbortController();

/** A cluster that changes while it is waited for: `meanwhile` by pauses, of both programs together. */
async function scene(more: Partial<LeaderWait> = {}) {
  const whole = await wholeCluster();
  const lines: string[] = [];
  const pauses: number[] = [];
  const meanwhile: (() => void)[] = [];
  let now = 0;
  const clock = {
    now: () => now,
    async sleep(ms: number) {
      pauses.push(ms);
      now += ms;
      meanwhile.shift()?.();
    },
  };
  const request = {
    timeoutMs: 1000,
    clock,
    signal,
    next: nomadctl`logs server-1`,
    line: (text: string) => void lines.push(text),
    ...more,
  };
  return { ...whole, lines, pauses, meanwhile, wait: () => waitForLeaders(whole.cluster, request) };
}

test('of a cluster that is whole but for its clients nothing is lacking, and nothing is waited for', async () => {
  const { one, cluster, wait, lines, pauses } = await scene();
  one.nomad[NODES] = [];
  expect(await leadersProblem(cluster, signal)).toBeUndefined();
  await wait();
  expect([lines, pauses]).toEqual([[], []]);
});

test('what Consul lacks is told first, then what Nomad lacks', async () => {
  const { one, cluster } = await scene();
  one.nomad[LEADER] = '';
  expect(await leadersProblem(cluster, signal)).toBe('server-1 sees no leader of Nomad');
  one.consul[LEADER] = '';
  expect(await leadersProblem(cluster, signal)).toBe('server-1 sees no leader of Consul');
});

test('what is lacking is told once, until it is something else', async () => {
  const { one, two, wait, lines, pauses, meanwhile } = await scene({ pauseMs: 7 });
  for (const { consul } of [one, two]) consul[LEADER] = '';
  meanwhile.push(
    () => undefined,
    () => void (one.consul[LEADER] = '127.0.0.1:8300'),
    () => void (two.consul[LEADER] = '127.0.0.1:8300'),
  );
  await wait();
  expect(lines).toEqual(['server-1 sees no leader of Consul', 'server-2 sees no leader of Consul']);
  expect(pauses).toEqual([7, 7, 7]);
});

test.each([
  ['consul', 'Consul with a leader and every node', 'Consul'],
  ['nomad', 'Nomad with a leader', 'Nomad'],
] as const)('the wait for %s ends after a while, with what was lacking last', async (program, what, title) => {
  const { one, wait, lines } = await scene();
  one[program][LEADER] = '';
  expect(await thrown(wait)).toMatchObject({
    code: 'wait-timeout',
    message: `${what}: not within 1.0 s`,
    why: [`last seen: server-1 sees no leader of ${title}`],
    next: nomadctl`logs server-1`,
  });
  expect(lines).toEqual([`server-1 sees no leader of ${title}`]);
});

test.each(['consul', 'nomad'] as const)('there is no use in waiting when the agents of %s have ended', async (program) => {
  const ended = new Error(`${program} ended`);
  const asked: AgentProgram[] = [];
  const { one, wait } = await scene({
    stillHopeful(of) {
      asked.push(of);
      if (of === program) throw ended;
    },
  });
  for (const answers of [one.consul, one.nomad]) answers[LEADER] = '';
  expect(await thrown(wait)).toBe(ended);
  expect(asked).toContain(program);
});
