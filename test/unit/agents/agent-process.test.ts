import { randomInt } from 'node:crypto';
import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { launch, refuseEnded, relaunch } from '../../../src/agents/agent-lifecycle.js';
import { complaintOf, standingOf, type Binaries } from '../../../src/agents/agent-standing.js';
import { lastLines, stopAgent } from '../../../src/agents/agent-process.js';
import { launchKey, runningAgent } from '../../../src/agents/running-agent.js';
import type { Agent } from '../../../src/agents/agents-in.js';
import { agentFiles, type NodeRecord } from '../../../src/agents/node-record.js';
import { DEFAULT_PORTS } from '../../../src/cluster/agent-ports.js';
import { agentsOf } from '../../../src/cluster/node-roles.js';
import { portOwner } from '../../../src/agents/port-owner.js';
import { processesUnder, processesWith } from '../../../src/agents/leftovers/leftover-processes.js';
import { isAlive } from '../../../packages/base/src/process-identity.js';
import type { Context } from '../../../src/context.js';
import { createTestContext } from '../../helpers/test-context.js';
import { thrown } from '../../helpers/thrown.js';
import { hintLine, hintMatching } from '../../helpers/hint-line.js';

interface Place {
  readonly ctx: Context;
  readonly agent: Agent;
  readonly binaries: Binaries;
  readonly folder: string;
}

/** An address of loopback that hardly anybody else has: agents listen at their usual ports of it. */
const anyAddress = (): string => `127.${randomInt(96, 250)}.${randomInt(256)}.${randomInt(1, 255)}`;

/** Programs in place of Consul and Nomad: they write down how they were started, and stay. */
async function place(program: 'consul' | 'nomad' = 'consul', { stubborn = false } = {}): Promise<Place> {
  const ctx = await createTestContext({ env: { PATH: process.env['PATH'], NOMAD_TOKEN: 'of-the-caller', CONSUL_HTTP_ADDR: 'elsewhere' } });
  const folder = ctx.paths.cluster('dev').agents;
  const files = agentFiles(folder, 'server-1', program);
  await mkdir(files.dir, { recursive: true });
  await writeFile(files.config, '{}');
  await writeFile(files.join, '{}');
  const binary = join(ctx.paths.home, program);
  const trap = stubborn ? "trap '' TERM\n" : '';
  await writeFile(binary, `#!/bin/sh\n${trap}printf '%s\\n' "$@" > args\nenv > env\nwhile :; do sleep 0.05; done\n`, { mode: 0o755 });
  const node: NodeRecord = {
    name: 'server-1',
    role: 'server',
    address: anyAddress(),
    ports: DEFAULT_PORTS,
    taskPorts: [20_000, 20_099],
    bootstrapExpect: 1,
  };
  const role = agentsOf('server').find((one) => one.program === program);
  if (!role) throw new Error(`a server has no ${program}`);
  onTestFinished(() => stopAgent(files, ctx.clock, 'now'));
  return { ctx, agent: { ...role, node, files }, binaries: { consul: { path: binary }, nomad: { path: binary } }, folder };
}

/** What the program wrote, once it has. */
async function written(path: string): Promise<string> {
  for (let wait = 0; wait < 1000; wait++) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.endsWith('\n')) return text;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  throw new Error(`${path} was never written`);
}

describe('an agent', () => {
  test.each([
    ['consul', ['agent', '-config-file=agent.json', '-config-file=join.json', '-config-file=election.json']],
    ['nomad', ['agent', '-config=agent.json', '-config=join.json', '-config=election.json']],
  ] as const)('%s is started on its files, in its folder, and with nothing of the caller', async (program, expected) => {
    const { ctx, agent, binaries } = await place(program);
    await launch(agent, binaries, ctx);
    const args = (await written(join(agent.files.dir, 'args'))).trimEnd().replaceAll(`${agent.files.dir}/`, '').split('\n');
    expect(args).toEqual(expected);
    const env = await written(join(agent.files.dir, 'env'));
    expect(env).toContain('CHECKPOINT_DISABLE=1\n');
    expect(env).toMatch(/^PLUGIN_UNIX_SOCKET_DIR=.+\/sockets\/[0-9a-f]{12}$/m);
    expect(env).not.toMatch(/^(NOMAD_|CONSUL_)/m);
  });

  test('is known from its start on, and not after its end', async () => {
    const { ctx, agent, binaries, folder } = await place();
    expect(runningAgent(agent.files)).toBeUndefined();
    expect(complaintOf(standingOf(agent, binaries))).toBe('consul on server-1 is not running');
    await launch(agent, binaries, ctx);
    const running = runningAgent(agent.files);
    expect(running && isAlive(running)).toBe(true);
    expect(complaintOf(standingOf(agent, binaries))).toBeUndefined();
    expect(processesUnder(folder).map(({ pid }) => pid)).toContain(running?.pid);
    expect(processesWith(`=${agent.files.config}`).map(({ pid }) => pid)).toContain(running?.pid);
    await stopAgent(agent.files, ctx.clock);
    expect(runningAgent(agent.files)).toBeUndefined();
    expect(running && isAlive(running)).toBe(false);
  });

  test('is outdated when its configuration or its program is another one, and current again once relaunched', async () => {
    const { ctx, agent, binaries } = await place();
    await launch(agent, binaries, ctx);
    const first = runningAgent(agent.files);
    await writeFile(agent.files.config, '{"log_level": "debug"}');
    expect(complaintOf(standingOf(agent, binaries))).toBe('consul on server-1 runs with an older configuration');
    await relaunch(agent, binaries, ctx);
    expect(complaintOf(standingOf(agent, binaries))).toBeUndefined();
    expect(runningAgent(agent.files)?.pid).not.toBe(first?.pid);
    expect(standingOf(agent, { ...binaries, consul: { path: '/another/consul' } }).outdated).toBe(true);
  });

  test('that is asked to end and does not is made to', { timeout: 60_000 }, async () => {
    const { ctx, agent, binaries } = await place('consul', { stubborn: true });
    await launch(agent, binaries, ctx);
    await written(join(agent.files.dir, 'env'));
    const began = Date.now();
    await stopAgent(agent.files, ctx.clock);
    expect(runningAgent(agent.files)).toBeUndefined();
    expect(Date.now() - began).toBeGreaterThanOrEqual(5000);
  });

  test('that lost its file is ended before another is started in its place', async () => {
    const { ctx, agent, binaries } = await place();
    await launch(agent, binaries, ctx);
    const nameless = runningAgent(agent.files);
    await writeFile(agent.files.process, 'torn');
    expect(runningAgent(agent.files)).toBeUndefined();
    await launch(agent, binaries, ctx);
    expect(nameless && isAlive(nameless)).toBe(false);
    expect(runningAgent(agent.files)).toBeDefined();
  });

  test('is not started where somebody else listens, and says who', async () => {
    const { ctx, agent, binaries } = await place();
    const server = createServer();
    const { address, ports } = agent.node;
    await new Promise<void>((resolve) => server.listen(ports.consulDns, address, resolve));
    onTestFinished(() => void server.close());
    expect(portOwner(address, ports.consulDns)).toMatchObject({ pid: process.pid });
    expect(portOwner(address, ports.consulHttp)).toBeUndefined();
    expect(portOwner('127.0.0.2', ports.consulDns)?.pid).not.toBe(process.pid);
    const error = await thrown(() => launch(agent, binaries, ctx));
    expect(error).toMatchObject({ code: 'port-taken', exitCode: 3, why: ['consul on server-1 must listen there'] });
    expect(error.message).toContain(`${address}:${ports.consulDns} is taken by `);
    expect(error.message).toContain(`(process ${process.pid})`);
    expect(hintLine(error.next)).toContain(`kill ${process.pid}`);
    expect(runningAgent(agent.files)).toBeUndefined();
    // Nomad does not need that port.
    const nomad = { ...agent, program: 'nomad' as const, files: agentFiles(agent.files.agents, 'server-1', 'nomad') };
    await mkdir(nomad.files.dir, { recursive: true });
    onTestFinished(() => stopAgent(nomad.files, ctx.clock, 'now'));
    await launch(nomad, binaries, ctx);
    expect(runningAgent(nomad.files)).toBeDefined();
  });
});

test('the key of a launch changes with the program and with what is in its file, and with nothing else', async () => {
  const { agent } = await place();
  const { files } = agent;
  const key = launchKey({ binary: '/bin/consul', files });
  expect(launchKey({ binary: '/bin/consul', files })).toBe(key);
  expect(launchKey({ binary: '/bin/consul2', files })).not.toBe(key);
  await writeFile(files.join, '{"retry_join": ["127.0.64.1"]}');
  expect(launchKey({ binary: '/bin/consul', files })).toBe(key);
  await writeFile(files.config, '{"server": true}');
  expect(launchKey({ binary: '/bin/consul', files })).not.toBe(key);
});

describe('the last words of an agent that ended', () => {
  test('are the telling lines of its log, or the last ones when none tells', async () => {
    const { agent } = await place();
    const error = (): Promise<unknown> => thrown(() => refuseEnded([agent]));
    expect(await error()).toMatchObject({ why: [] });
    await writeFile(agent.files.output, 'no such flag\n');
    expect(lastLines(agent.files, 6)).toEqual(['no such flag']);
    await writeFile(agent.files.log, `${Array.from({ length: 9 }, (_, index) => `line ${index}`).join('\n\n')}\n`);
    expect(lastLines(agent.files, 2)).toEqual(['line 7', 'line 8']);
    await appendFile(agent.files.log, '[ERROR] agent: bind: in use\nbye\n');
    expect(await error()).toMatchObject({
      code: 'agent-ended',
      message: 'consul on server-1 ended right after its start',
      why: ['[ERROR] agent: bind: in use'],
      next: hintMatching(/^nomadctl logs server-1 && /),
    });
    expect(dirname(agent.files.log)).toBe(agent.files.dir);
  });
});
