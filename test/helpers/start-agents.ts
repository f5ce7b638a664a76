import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ClusterConnection } from '../../src/cluster/connection.js';
import { requireTool } from './require-tool.js';

/** A real cluster of one test file: a server, and the clients `node-1` and `node-2`; each has its own Consul agent. */
export interface TestCluster {
  readonly connection: ClusterConnection;
  readonly dir: string;
  end(): Promise<void>;
}

interface TestNode {
  readonly name: string;
  readonly address: string;
  readonly server: boolean;
  readonly ports: readonly [first: number, last: number];
  readonly running: Map<string, ChildProcess>;
}

const PORTS = [8300, 8301, 8302, 8500, 8502, 4646, 4647, 4648];
const TRIES = 300;

/** Undefined where the programs are missing; `NOMADCTL_REQUIRE=nomad,consul` makes that a failure. */
export async function startAgents(): Promise<TestCluster | undefined> {
  const tools = { consul: requireTool('consul'), nomad: requireTool('nomad') };
  const { consul, nomad } = tools;
  if (consul === undefined || nomad === undefined) return undefined;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-agents-')));
  const slot = 100 + Math.floor(Math.random() * 49) * 2;
  const nodes: TestNode[] = [];
  for (const index of [0, 1, 2]) {
    const first = 10_000 + (slot - 100 + Math.max(0, index - 1)) * 100;
    nodes.push({
      name: index === 0 ? 'server' : `node-${index}`,
      address: await freeAddress(),
      server: index === 0,
      ports: [first, first + 99],
      running: new Map(),
    });
  }
  const [server] = nodes as [TestNode, TestNode, TestNode];
  const start = (node: TestNode, agent: 'consul' | 'nomad'): void =>
    startAgent(node, agent, { program: agent === 'consul' ? consul : nomad, dir, server, consul });
  const nomadUrl = `http://${server.address}:4646`;
  const consulUrl = `http://${server.address}:8500`;
  const nodeNamed = (name: string): TestNode => {
    const found = nodes.find((node) => node.name === name);
    if (!found) throw new Error(`no test node ${name}`);
    return found;
  };
  const connection: ClusterConnection = {
    cluster: 'test',
    nomad: { url: nomadUrl, program: nomad },
    consul: { url: consulUrl },
    nodes: {
      path: process.env['PATH'] ?? '',
      async stop(name) {
        killNode(nodeNamed(name));
      },
      async start(name) {
        for (const agent of ['consul', 'nomad'] as const) start(nodeNamed(name), agent);
      },
    },
  };
  const end = async (): Promise<void> => {
    await stopJobs(nomadUrl);
    for (const node of nodes) killNode(node);
    await removeTree(dir);
  };
  try {
    for (const node of nodes) start(node, 'consul');
    await answers(`${consulUrl}/v1/status/leader`, (leader) => leader !== '');
    start(server, 'nomad');
    // A client that registers before the keyring exists waits 15 s before it tries again.
    await answers(`${nomadUrl}/v1/operator/keyring/keys`, (keys) => (keys as unknown[]).length > 0);
    for (const node of nodes.slice(1)) start(node, 'nomad');
    await answers(
      `${nomadUrl}/v1/nodes`,
      (found) => (found as { Status: string }[]).filter(({ Status }) => Status === 'ready').length === nodes.length - 1,
    );
  } catch (error) {
    await end();
    throw error;
  }
  return { connection, dir, end };
}

function startAgent(
  node: TestNode,
  agent: 'consul' | 'nomad',
  { program, dir, server, consul }: { program: string; dir: string; server: TestNode; consul: string },
): void {
  const home = join(dir, `${node.name}-${agent}`);
  mkdirSync(home, { recursive: true });
  const config = join(home, 'config.json');
  writeFileSync(
    config,
    JSON.stringify(agent === 'consul' ? consulConfig(node, server, home) : nomadConfig(node, { server, home, consul })),
  );
  const log = openSync(join(home, 'agent.log'), 'a');
  const argv = agent === 'consul' ? ['agent', '-config-file', config] : ['agent', '-config', config];
  const child = spawn(program, argv, {
    stdio: ['ignore', log, log],
    env: { PATH: process.env['PATH'], HOME: dir, CHECKPOINT_DISABLE: '1' },
  });
  closeSync(log);
  node.running.set(agent, child);
}

function consulConfig(node: TestNode, server: TestNode, home: string): object {
  return {
    node_name: node.name,
    data_dir: join(home, 'data'),
    bind_addr: node.address,
    client_addr: node.address,
    disable_update_check: true,
    disable_host_node_id: true,
    performance: { raft_multiplier: 1 },
    ...(node.server ? { server: true, bootstrap_expect: 1 } : {}),
    retry_join: [server.address],
    retry_interval: '200ms',
    ports: { grpc: 8502, grpc_tls: -1, dns: -1 },
    connect: { enabled: true },
    leave_on_terminate: false,
  };
}

function nomadConfig(node: TestNode, { server, home, consul }: { server: TestNode; home: string; consul: string }): object {
  const { address } = node;
  return {
    name: node.name,
    data_dir: join(home, 'data'),
    bind_addr: address,
    disable_update_check: true,
    advertise: { http: address, rpc: address, serf: address },
    consul: { address: `${address}:8500` },
    ...(node.server
      ? { server: { enabled: true, bootstrap_expect: 1, raft_multiplier: 1, min_heartbeat_ttl: '2s', heartbeat_grace: '2s' } }
      : clientConfig(node, server, consul)),
  };
}

function clientConfig(node: TestNode, server: TestNode, consul: string): object {
  const { address } = node;
  return {
    client: {
      enabled: true,
      network_interface: 'lo',
      servers: [`${server.address}:4647`],
      server_join: { retry_join: [`${server.address}:4647`], retry_interval: '1s' },
      min_dynamic_port: node.ports[0],
      max_dynamic_port: node.ports[1],
      options: { 'fingerprint.denylist': 'env_aws,env_gce,env_azure,env_digitalocean', 'driver.allowlist': 'raw_exec' },
      meta: { address, consul_http_addr: `${address}:8500`, consul_grpc_addr: `${address}:8502`, consul_binary: consul },
    },
    plugin: { raw_exec: { config: { enabled: true } } },
  };
}

/** An address of 127.0.0.0/8 on which none of an agent's ports is taken. */
async function freeAddress(): Promise<string> {
  for (;;) {
    const address = `127.${60 + Math.floor(Math.random() * 60)}.${Math.floor(Math.random() * 255)}.${1 + Math.floor(Math.random() * 250)}`;
    const free = await Promise.all(PORTS.map((port) => canListen(address, port)));
    if (free.every(Boolean)) return address;
  }
}

function canListen(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ host, port }, () => server.close(() => resolve(true)));
  });
}

/** Polls, since an agent that is not up yet cannot block. */
async function answers(url: string, isRight: (body: unknown) => boolean): Promise<void> {
  let last = 'nothing';
  for (let tries = 0; tries < TRIES; tries++) {
    try {
      const reply = await fetch(url);
      const text = await reply.text();
      last = text;
      if (reply.ok && isRight(JSON.parse(text))) return;
    } catch (error) {
      last = String(error);
    }
    await delay(100);
  }
  throw new Error(`${url} never answered as expected, last: ${last.slice(0, 200)}`);
}

/** The agents of a node with everything they started, as a power cut would. */
function killNode(node: TestNode): void {
  const pids = [...node.running.values()].flatMap(({ pid }) => (pid === undefined ? [] : [pid, ...descendants(pid)]));
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended in the meantime.
    }
  }
  node.running.clear();
}

function descendants(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const entry of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const parent = Number(readFileSync(`/proc/${entry}/stat`, 'utf8').split(') ')[1]?.split(' ')[1]);
      children.set(parent, [...(children.get(parent) ?? []), Number(entry)]);
    } catch {
      // It has ended in the meantime.
    }
  }
  const all: number[] = [];
  for (const queue = [pid]; queue.length > 0;) {
    const next = children.get(queue.shift() ?? 0) ?? [];
    all.push(...next);
    queue.push(...next);
  }
  return all;
}

/** Clients take their tasks' mounts away themselves, as long as they live. */
async function stopJobs(url: string): Promise<void> {
  try {
    const jobs = (await (await fetch(`${url}/v1/jobs`)).json()) as { ID: string }[];
    await Promise.all(jobs.map(({ ID }) => fetch(`${url}/v1/job/${encodeURIComponent(ID)}?purge=true`, { method: 'DELETE' })));
    await fetch(`${url}/v1/system/gc`, { method: 'PUT' });
    await delay(500);
  } catch {
    // An agent that does not answer is killed all the same.
  }
}

async function removeTree(dir: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    unmountUnder(dir);
    try {
      rmSync(dir, { recursive: true, force: true });
      return;
    } catch {
      await delay(200);
    }
  }
  if (existsSync(dir)) throw new Error(`${dir} could not be removed`);
}

/** As root, Nomad gives each task a memory file system for its secrets; a killed client leaves it mounted. */
function unmountUnder(dir: string): void {
  const mounts = readFileSync('/proc/mounts', 'utf8')
    .split('\n')
    .map((line) => line.split(' ')[1] ?? '')
    .filter((path) => path.startsWith(`${dir}/`));
  for (const mount of mounts.reverse()) execFileSync('umount', ['-l', mount], { stdio: 'ignore' });
}
