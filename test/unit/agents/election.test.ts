import { randomInt } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launch, type Binaries } from '../../../src/agents/agent-lifecycle.js';
import { runningAgent, stopAgent } from '../../../src/agents/agent-process.js';
import type { Agent } from '../../../src/agents/agents-in.js';
import { hastenElection, isPatient, settleElection } from '../../../src/agents/election.js';
import { agentFiles } from '../../../src/agents/node-record.js';
import type { AgentProgram } from '../../../src/cluster/node-roles.js';
import { reach } from '../../../src/cluster/reach.js';
import type { Context } from '../../../src/context.js';
import { nodeDouble, type Answers } from '../../helpers/agent-double.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';

/** Notes what its election file says whenever it is told to read its configuration anew; deaf until it is asked to listen. */
const SERVER = `
const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const listen = () => {
  process.on('SIGHUP', () => appendFileSync('heard', readFileSync('election.json', 'utf8')));
  appendFileSync('listening', 'yes');
};
const timer = setInterval(() => existsSync('listen') && (clearInterval(timer), listen()), 5);
setInterval(() => {}, 1000);
`;

interface Server {
  readonly agent: Agent;
  /** Of its HTTP API. */
  readonly answers: Answers;
  heard(): Promise<string[]>;
  listen(): Promise<void>;
}

async function context(): Promise<Context> {
  return createTestContext({ env: { PATH: process.env['PATH'] } });
}

async function server(ctx: Context, name: string, program: AgentProgram, body?: string): Promise<Server> {
  const folder = ctx.paths.cluster('dev').agents;
  const files = agentFiles(folder, name, program);
  await mkdir(files.dir, { recursive: true });
  await writeFile(files.config, '{}');
  await writeFile(files.join, '{}');
  const script = join(files.dir, 'server.cjs');
  await writeFile(script, SERVER);
  const binary = join(files.dir, 'program');
  await writeFile(binary, `#!/bin/sh\n${body ?? `exec '${process.execPath}' '${script}'`}\n`, { mode: 0o755 });
  const double = await nodeDouble({ name, consul: 'server', nomad: 'server' });
  // Its agent is launched at an address where nobody listens, and asked at the double's.
  const node = {
    name,
    role: 'server',
    address: `127.${randomInt(96, 250)}.${randomInt(256)}.1`,
    taskPorts: [1, 2],
    bootstrapExpect: 1,
  } as const;
  const binaries: Binaries = { consul: { path: binary }, nomad: { path: binary } };
  const agent: Agent = { program, mode: 'server', files, node: { ...node, ports: double.node.ports } };
  onTestFinished(() => stopAgent(files, ctx.clock, 'now'));
  await launch(agent, binaries, { ...ctx, electing: true });
  const lines = async (file: string): Promise<string[]> =>
    (await readFile(join(files.dir, file), 'utf8').catch(() => '')).split('\n').filter((line) => line !== '');
  return {
    agent: { ...agent, node: { ...agent.node, address: '127.0.0.1' } },
    answers: double[program],
    heard: () => lines('heard'),
    listen: async () => {
      await writeFile(join(files.dir, 'listen'), '');
      await expect.poll(() => lines('listening'), { timeout: 10_000 }).toEqual(['yes']);
    },
  };
}

function haste(ctx: Context, servers: readonly Server[]) {
  const agents = servers.map(({ agent }) => agent);
  const nodes = agents.map(({ node: { name, address, ports } }) => ({
    name,
    address,
    ports,
    agents: {},
    open: { consul: address, nomad: address },
  }));
  return { servers: agents, cluster: reach(nodes, {}), clock: ctx.clock, signal: ctx.signal, stillHopeful: () => {} };
}

const PEERS = '/v1/status/peers';
const LEADER = '/v1/status/leader';
const THREE = ['192.0.2.1:1', '192.0.2.2:1', '192.0.2.3:1'];

describe.each(['consul', 'nomad'] as const)('servers of %s that elect', (program) => {
  test('are patient until they are told otherwise, once', async () => {
    const ctx = await context();
    const one = await server(ctx, 'server-1', program);
    expect(isPatient(one.agent)).toBe(true);
    expect(await readFile(one.agent.files.election, 'utf8')).toContain('"raft_multiplier": 2');
    await one.listen();
    await settleElection([one.agent]);
    await expect.poll(one.heard, { timeout: 10_000 }).toHaveLength(1);
    expect(isPatient(one.agent)).toBe(false);
    await settleElection([one.agent]);
    expect(await one.heard()).toEqual(['{}']);
  });

  test('live on when they are told before they listen', async () => {
    const ctx = await context();
    // Node would undo what it is started with.
    const one = await server(ctx, 'server-1', program, 'while :; do sleep 0.05; done');
    await settleElection([one.agent]);
    await ctx.clock.sleep(300);
    expect(runningAgent(one.agent.files)).toBeDefined();
    expect(isPatient(one.agent)).toBe(false);
  });

  test('are hastened by the first that knows its peers, when most of them answer', async () => {
    const ctx = await context();
    const servers = [];
    for (const name of ['server-1', 'server-2', 'server-3']) servers.push(await server(ctx, name, program));
    const [one, two, three] = servers as [Server, Server, Server];
    for (const each of servers) await each.listen();
    // One is silent, one has not met the others.
    two.answers[PEERS] = [];
    two.answers[LEADER] = three.answers[LEADER] = '';
    const running = hastenElection(haste(ctx, servers));
    await ctx.clock.sleep(100);
    expect(servers.map(({ agent }) => isPatient(agent))).toEqual([true, true, true]);
    three.answers[PEERS] = THREE;
    await expect.poll(three.heard, { timeout: 10_000 }).toEqual(['{}']);
    three.answers[LEADER] = '192.0.2.3:1';
    await running;
    expect(servers.map(({ agent }) => isPatient(agent))).toEqual([true, true, false]);
    expect([await one.heard(), await two.heard()]).toEqual([[], []]);
  });

  test('are left alone while most of them are silent, and by the second when the first does not stand', async () => {
    const ctx = await context();
    const servers = [];
    for (const name of ['server-1', 'server-2', 'server-3']) servers.push(await server(ctx, name, program));
    const [one, two] = servers as [Server, Server];
    one.answers[PEERS] = THREE;
    one.answers[LEADER] = '';
    const running = hastenElection(haste(ctx, servers));
    await ctx.clock.sleep(100);
    expect(isPatient(one.agent)).toBe(true);
    two.answers[PEERS] = THREE;
    two.answers[LEADER] = '';
    await expect.poll(() => [isPatient(one.agent), isPatient(two.agent)], { timeout: 10_000 }).toEqual([false, false]);
    two.answers[LEADER] = '192.0.2.2:1';
    await running;
  });
});

test('hastening ends when there is no hope, and at once where nobody is patient', async () => {
  const ctx = await context();
  const one = await server(ctx, 'server-1', 'consul');
  const hopeless = new Error('it has ended');
  const request = haste(ctx, [one]);
  const stillHopeful = (): void => {
    throw hopeless;
  };
  expect(await thrown(() => hastenElection({ ...request, stillHopeful }))).toBe(hopeless);
  await settleElection([one.agent]);
  await hastenElection({ ...request, stillHopeful });
});
