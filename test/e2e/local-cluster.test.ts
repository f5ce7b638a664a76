import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { serverOf, type Ask, type AskedServer } from '../helpers/ask-agent.js';
import { jobText } from '../helpers/chaos.js';
import { problemsWhenDown, problemsWhenUp, type Lab } from '../helpers/lab.js';
import { testLab } from '../helpers/test-lab.js';
import { requireTool } from '../helpers/require-tool.js';

const ready = requireTool('consul') !== undefined && requireTool('nomad') !== undefined;

function pidOf(opened: Lab, agent: string): number {
  const [pid, ...more] = opened.agents().get(agent) ?? [];
  if (pid === undefined || more.length > 0) throw new Error(`${agent} runs ${more.length + (pid === undefined ? 0 : 1)} times`);
  return pid;
}

/** Asks until the answer is right: a leader may have just changed. */
async function eventually<T>(look: () => Promise<T>, isRight: (seen: T) => boolean, withinMs = 20_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look().catch((error: unknown) => error as T);
    if (!(seen instanceof Error) && isRight(seen)) return seen;
    if (Date.now() > deadline)
      throw new Error(`not within ${withinMs} ms; last seen: ${seen instanceof Error ? seen.stack : JSON.stringify(seen)}`);
    await sleep(100);
  }
}

async function putValue(consul: Ask, value: string): Promise<void> {
  const reply = await consul('/v1/kv/kept', { method: 'PUT', body: value });
  if (!reply.ok) throw new Error(`Consul answered ${reply.status}`);
}

const getValue = async (consul: Ask): Promise<string> => (await consul('/v1/kv/kept?raw')).text();

async function putVariable(nomad: Ask, value: string): Promise<void> {
  const reply = await nomad('/v1/var/kept', { method: 'PUT', body: JSON.stringify({ Path: 'kept', Items: { value } }) });
  if (!reply.ok) throw new Error(`Nomad answered ${reply.status}`);
}

const getVariable = async (nomad: Ask): Promise<string> =>
  ((await (await nomad('/v1/var/kept')).json()) as { Items: { value: string } }).Items.value;

async function clientsWithConsul(nomad: Ask): Promise<string[]> {
  const nodes = (await (await nomad('/v1/nodes')).json()) as { ID: string }[];
  const details = await Promise.all(
    nodes.map(async ({ ID }) => (await (await nomad(`/v1/node/${ID}`)).json()) as { Name: string; Attributes: Record<string, string> }),
  );
  return details
    .filter(({ Attributes }) => Attributes['consul.version'])
    .map(({ Name }) => Name)
    .sort();
}

async function schedulerOf(nomad: Ask): Promise<string> {
  const reply = await nomad('/v1/operator/scheduler/configuration');
  return ((await reply.json()) as { SchedulerConfig: { SchedulerAlgorithm: string } }).SchedulerConfig.SchedulerAlgorithm;
}

interface Allocation {
  readonly ID: string;
  readonly NodeName: string;
  readonly ClientStatus: string;
  readonly DesiredStatus: string;
}

async function allocations(nomad: Ask): Promise<Allocation[]> {
  return (await (await nomad('/v1/job/sleeper/allocations')).json()) as Allocation[];
}

async function deploySleeper(opened: Lab, count: number): Promise<void> {
  const file = join(opened.home, 'sleeper.nomad.hcl');
  writeFileSync(file, jobText(count));
  await opened.must(['job', 'deploy', file]);
}

const runningOn = (found: readonly Allocation[]): string[] =>
  found.filter(({ ClientStatus }) => ClientStatus === 'running').map(({ NodeName }) => NodeName);

describe.skipIf(!ready)('a cluster of real agents', () => {
  test('comes up, stays as it is, heals what was killed and what a reboot took, and goes without a trace', async () => {
    const opened = testLab();
    const up = await opened.must(['up']);
    expect(up.stdout).toMatch(/Ready in/);
    const nodes = ['server-1', 'client-1', 'client-2'];
    expect(await problemsWhenUp(opened, nodes)).toEqual([]);

    const first = opened.agents();
    const again = await opened.must(['up']);
    expect(again.stdout).toContain('Nothing to do');
    expect(opened.agents()).toEqual(first);

    const { nomad, consul } = await serverOf(opened);
    // Without it no job with a service of Consul's is placed there, for 15 s.
    expect(await clientsWithConsul(nomad)).toEqual(['client-1', 'client-2']);
    expect(await schedulerOf(nomad)).toBe('spread');
    await opened.must(['up', '--scheduler', 'binpack']);
    expect(await schedulerOf(nomad)).toBe('binpack');
    expect(opened.agents()).toEqual(first);
    await opened.must(['up', '--scheduler', 'spread']);
    await putValue(consul, 'one');
    await putVariable(nomad, 'two');

    // One agent of three kinds in turn.
    for (const agent of ['client-2 nomad', 'client-1 consul', 'server-1 nomad']) {
      const before = opened.agents();
      process.kill(pidOf(opened, agent), 'SIGKILL');
      await eventually(
        async () => opened.agents().has(agent),
        (there) => !there,
      );
      const [node = '', program = ''] = agent.split(' ');
      const seen = await opened.status();
      expect(seen.drift).toContain(`${program} on ${node} is not running`);
      await opened.must(['up']);
      expect(await problemsWhenUp(opened, nodes)).toEqual([]);
      for (const [other, pids] of before) {
        if (other === agent) expect(pidOf(opened, other)).not.toBe(pids[0]);
        else expect(pidOf(opened, other)).toBe(pids[0]);
      }
      expect(await getVariable(nomad)).toBe('two');
    }

    // A reboot: nothing runs, and what the files say of processes belongs to another boot.
    for (const [agent, [pid = 0]] of opened.agents()) {
      process.kill(pid, 'SIGKILL');
      const [node = '', program = ''] = agent.split(' ');
      const file = join(opened.paths().agents, node, program, 'process');
      writeFileSync(file, readFileSync(file, 'utf8').replace(/\n.*\n/, '\n00000000-0000-0000-0000-000000000000\n'));
    }
    await eventually(
      async () => opened.agents().size,
      (left) => left === 0,
    );
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, nodes)).toEqual([]);
    expect(await getValue(consul)).toBe('one');
    expect(await getVariable(nomad)).toBe('two');

    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
    expect((await opened.must(['down'])).stdout).toContain('nothing to take down');
  });

  test('clients 1 -> 2 -> 1: what runs on the one that goes moves first', async () => {
    const opened = testLab();
    await opened.must(['up', '--clients', '1']);
    const { nomad } = await serverOf(opened);
    await opened.must(['up', '--clients', '2']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1', 'client-2'])).toEqual([]);
    await deploySleeper(opened, 4);
    expect(new Set(runningOn(await allocations(nomad)))).toEqual(new Set(['client-1', 'client-2']));
    await opened.must(['up', '--clients', '1']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    const after = await eventually(
      () => allocations(nomad),
      (found) => runningOn(found).length === 4,
    );
    expect(runningOn(after)).toEqual(Array(4).fill('client-1'));
    // Drained: stopped on purpose, not lost with the node.
    expect(after.filter(({ ClientStatus }) => ClientStatus === 'lost' || ClientStatus === 'failed')).toEqual([]);
  });

  test('scaling down, killed while the node is being removed, goes on', async () => {
    const opened = testLab();
    await opened.must(['up', '--clients', '2']);
    const killed = await opened.run(['up', '--clients', '1'], { strike: 'SIGKILL step remove-nodes' });
    expect(killed.code).toBe(137);
    expect((await opened.status()).drift).toContain('client-2 is still to be removed');
    await opened.must(['up', '--clients', '1']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
  });

  test('servers 1 -> 3 -> 1 -> 3: the quorum is never lost', async () => {
    const opened = testLab();
    await opened.must(['up', '--clients', '0']);
    const { nomad, consul } = await serverOf(opened);
    const writes = { done: 0, longestMs: 0 };
    const stop = new AbortController();
    const begun = performance.now();
    const writing = keepWriting({ nomad, consul }, writes, stop.signal);
    await opened.must(['up', '--servers', '3']);
    expect(await peersOf(nomad)).toHaveLength(3);
    expect(await problemsWhenUp(opened, ['server-1', 'server-2', 'server-3'])).toEqual([]);
    await opened.must(['up', '--servers', '1']);
    expect(await peersOf(nomad)).toHaveLength(1);
    expect(await problemsWhenUp(opened, ['server-1'])).toEqual([]);
    // And those that left may come back at once.
    await opened.must(['up', '--servers', '3']);
    expect(await problemsWhenUp(opened, ['server-1', 'server-2', 'server-3'])).toEqual([]);
    stop.abort();
    await writing;
    expect(writes.done).toBeGreaterThan(10);
    // An election takes a second or two; a lost quorum would have taken until the end.
    expect(writes.longestMs).toBeLessThan((performance.now() - begun) / 2);
    expect(await getValue(consul)).toBe(String(writes.done));
  });

  test.each(['write-agent-configs', 'wait-for-leaders'])(
    'a change of mind before the first election, at %s, leaves no server waiting',
    async (step) => {
      const opened = testLab();
      const interrupted = await opened.run(['up', '--servers', '3', '--clients', '0'], { strike: `SIGINT step ${step}` });
      expect(interrupted.code, interrupted.stderr).toBe(130);
      await opened.must(['up', '--servers', '1', '--clients', '0']);
      expect(await problemsWhenUp(opened, ['server-1'])).toEqual([]);
    },
  );

  test('--split-roles: servers of their own kinds', async () => {
    const opened = testLab();
    await opened.must(['up', '--split-roles', '--clients', '1']);
    expect(await problemsWhenUp(opened, ['consul-server-1', 'nomad-server-1', 'client-1'])).toEqual([]);
    await opened.must(['down']);
    expect(problemsWhenDown(opened)).toEqual([]);
  });

  test('--addressing ports, beside a cluster with addresses: neither knows of the other', async () => {
    const opened = testLab();
    const [left, right] = await Promise.all([
      opened.must(['up', 'left', '--clients', '1', '--addressing', 'ports']),
      opened.must(['up', 'right', '--clients', '1']),
    ]);
    expect(left.stdout).toContain('https://127.0.0.1:');
    expect(right.stdout).not.toContain('https://127.0.0.1:');
    const nodes = ['server-1', 'client-1'];
    expect(await problemsWhenUp(opened, nodes, 'left')).toEqual([]);
    expect(await problemsWhenUp(opened, nodes, 'right')).toEqual([]);
    await opened.must(['down', 'left']);
    expect(problemsWhenDown(opened, 'left')).toEqual([]);
    expect(await problemsWhenUp(opened, nodes, 'right')).toEqual([]);
  });

  test('down --keep-data, then up: data and jobs are back', async () => {
    const opened = testLab();
    await opened.must(['up', '--clients', '1']);
    const { nomad, consul } = await serverOf(opened);
    await putValue(consul, 'kept');
    await deploySleeper(opened, 2);
    await opened.must(['down', '--keep-data']);
    expect([...opened.agents()]).toEqual([]);
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
    expect(await getValue(consul)).toBe('kept');
    await eventually(
      () => allocations(nomad),
      (found) => runningOn(found).length === 2,
      40_000,
    );
  });

  test('down ends the tasks and what they started, also with the journal lost', async () => {
    const opened = testLab();
    await opened.must(['up', 'other', '--clients', '1']);
    const mark = `mark-${randomBytes(6).toString('hex')}`;
    const file = join(opened.home, 'stubborn.nomad.hcl');
    writeFileSync(file, stubbornJob(mark));
    await opened.must(['job', 'deploy', file, '--cluster', 'other']);
    await eventually(
      async () => processesNamed(mark),
      (found) => found.length >= 2,
    );
    const { journal } = opened.paths('other');
    rmSync(journal);
    await opened.must(['down', 'other']);
    expect(problemsWhenDown(opened, 'other')).toEqual([]);
    expect(processesNamed(mark)).toEqual([]);
  });

  test('a cluster file that somebody edited stays, and the same cluster comes up from it', async () => {
    const opened = testLab();
    await opened.must(['up', '--clients', '1']);
    const { file, dir } = opened.paths();
    writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\n`);
    await opened.must(['down']);
    expect(readdirSync(dir)).toEqual(['.gitignore', 'cluster.yaml']);
    await opened.must(['up']);
    expect(await problemsWhenUp(opened, ['server-1', 'client-1'])).toEqual([]);
  });
});

/** Ignores every signal that can be ignored, and has a child that left its process group. */
function stubbornJob(mark: string): string {
  return jobText(1, 'stubborn').replace(
    /args += .*/,
    `args = ["-c", "trap '' TERM INT HUP; setsid sh -c 'trap \\\"\\\" TERM INT HUP; while :; do sleep 1; done' ${mark} & while :; do sleep 1; done", "${mark}"]`,
  );
}

function processesNamed(mark: string): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('/bin/sh\0') ||
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sh\0')
          ? readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').includes(mark)
          : false;
      } catch {
        return false;
      }
    });
}

async function keepWriting({ nomad, consul }: AskedServer, writes: { done: number; longestMs: number }, stop: AbortSignal): Promise<void> {
  while (!stop.aborted) {
    const startedAt = Date.now();
    const next = String(writes.done + 1);
    await eventually(
      async () => {
        await putValue(consul, next);
        await putVariable(nomad, next);
        return true;
      },
      (written) => written,
      30_000,
    );
    writes.longestMs = Math.max(writes.longestMs, Date.now() - startedAt);
    writes.done++;
    await sleep(50);
  }
}

async function peersOf(nomad: Ask): Promise<unknown[]> {
  return ((await (await nomad('/v1/operator/raft/configuration')).json()) as { Servers: unknown[] }).Servers;
}
