import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { hasProvider, startEmulator, terraformEnv, writeCluster } from './cloud.mjs';
import { alternate, cli, median, run } from './harness.mjs';

/**
 * A cluster whose states are in a Consul: terraform's look at its network beside terraform by hand with the same backend, `up` with
 * nothing to do beside one whose states are here, the run after one that was killed beside a run after none, and `attach` in an
 * empty home beside the bare transfer of what is kept. The cloud is the emulator's, and of the cluster there is the network.
 */
export const ids = ['state-terraform', 'state-up', 'state-lock', 'state-attach'];

const [REMOTE, HERE] = ['remote', 'here'];
const UNTIL = ['--until', 'apply-network'];
const MOST_ROUNDS = 5;

export async function measure(bench, { runs: asked, wants, stopped }) {
  if (!hasProvider(ids)) return [];
  const runs = Math.min(asked, MOST_ROUNDS);
  const cloud = await startEmulator(bench);
  const consul = await startConsul(bench);
  try {
    const at = await prepare(bench, cloud.facts, consul);
    const rows = [];
    for (const [id, { contenders, addedMs, note }] of Object.entries(rowsOf(at))) {
      if (!wants(id) || stopped()) continue;
      const { ours, floor } = await alternate(contenders, { runs, stopped });
      rows.push({ id, ours, floor, note, bar: `+ ${addedMs} ms`, judge: (mine, bare) => median(mine) - median(bare) <= addedMs });
    }
    return rows;
  } finally {
    await consul.stop();
    await cloud.stop();
  }
}

const rowsOf = (at) => ({
  'state-terraform': {
    contenders: { ours: at.look, floor: at.lookByHand },
    addedMs: 300,
    note: 'plan and output of the network; the start of nomadctl, measured with a step that does nothing, is taken off',
  },
  'state-up': {
    contenders: { ours: () => at.up(REMOTE), floor: () => at.up(HERE) },
    addedMs: 1000,
    note: 'up with nothing to do, the floor with its states in the home',
  },
  'state-lock': {
    contenders: { ours: at.upAfterKill, floor: () => at.up(REMOTE) },
    addedMs: 7000,
    note: 'the run after one that was killed on this computer while it had the lock',
  },
  'state-attach': {
    contenders: { ours: at.attach, floor: at.transfer },
    addedMs: 10_000,
    note: 'the floor reads each key of the cluster once, one after the other',
  },
});

async function prepare(bench, facts, consul) {
  const env = terraformEnv(bench, facts);
  const folder = (name) => join(bench.home, 'clusters', name);
  const nomadctl = (...argv) => run(process.execPath, [cli, ...argv], { env });
  const { recipient } = JSON.parse((await nomadctl('state', 'key', '--json')).stdout);
  const place = ['state:', '  backend: consul', `  address: ${consul.url}`, `  recipients: [${recipient}]`];
  writeCluster(folder(HERE), HERE, facts);
  // No host is made of them: any image of the region lets `up` come to its network.
  const known = JSON.parse((await nomadctl('images', 'list', '--base', '--cluster', HERE, '--json')).stdout);
  const [image] = /uimage-\w+/.exec(JSON.stringify(known)) ?? [];
  const images = ['consulServerImage', 'nomadServerImage', 'clientImage'].map((key) => `${key}: ${image}`);
  writeCluster(folder(HERE), HERE, facts, images);
  writeCluster(folder(REMOTE), REMOTE, facts, [...images, ...place]);
  const up = async (name) => (await nomadctl('up', name, ...UNTIL)).ms;
  for (const name of [HERE, REMOTE]) await up(name);
  const root = join(folder(REMOTE), 'terraform', 'network');
  const keys = `${consul.url}/v1/kv/nomadctl/${REMOTE}/`;
  return {
    up,
    async look() {
      const start = await nomadctl('up', REMOTE, '--only', 'make-ssh-key');
      return (await nomadctl('up', REMOTE, '--only', 'apply-network')).ms - start.ms;
    },
    async lookByHand() {
      const plan = await run('terraform', ['plan', '-input=false', '-json', '-out=plan.by-hand'], { cwd: root, env });
      return plan.ms + (await run('terraform', ['output', '-json'], { cwd: root, env })).ms;
    },
    async upAfterKill() {
      const child = spawn(process.execPath, [cli, 'up', REMOTE, ...UNTIL], { env, stdio: 'ignore', detached: true });
      const ended = once(child, 'exit');
      while (!(await isLocked(`${keys}.run`)) && child.exitCode === null) await delay(10);
      process.kill(-child.pid, 'SIGKILL');
      await ended;
      if (!(await isLocked(`${keys}.run`))) throw new Error('the run that was killed had no lock');
      return up(REMOTE);
    },
    async attach() {
      const home = mkdtempSync(join(bench.home, 'another-'));
      const words = ['attach', REMOTE, '--backend', 'consul', '--address', consul.url, '--key', join(bench.home, 'age-key.txt')];
      const { ms } = await run(process.execPath, [cli, ...words], { env: { ...env, NOMADCTL_HOME: home } });
      rmSync(home, { recursive: true, force: true });
      return ms;
    },
    async transfer() {
      const startedAt = performance.now();
      for (const key of await (await fetch(`${keys}?keys`)).json()) await (await fetch(`${consul.url}/v1/kv/${key}?raw`)).arrayBuffer();
      return performance.now() - startedAt;
    },
  };
}

async function isLocked(url) {
  const reply = await fetch(url);
  if (!reply.ok) return false;
  const [entry] = await reply.json();
  return entry?.Session !== undefined;
}

/** A development agent: states in memory, on ports of its own. */
async function startConsul({ consul }) {
  const ports = await freePorts(4);
  const flags = ['-http-port', '-server-port', '-serf-lan-port', '-serf-wan-port'].map((flag, index) => `${flag}=${ports[index]}`);
  const off = ['-dns-port=-1', '-grpc-port=-1', '-grpc-tls-port=-1'];
  const child = spawn(consul, ['agent', '-dev', '-hcl', 'disable_update_check = true', ...flags, ...off], { stdio: 'ignore' });
  const url = `http://127.0.0.1:${ports[0]}`;
  const leads = () =>
    fetch(`${url}/v1/status/leader`).then(
      async (reply) => reply.ok && (await reply.json()) !== '',
      () => false,
    );
  for (let tries = 0; !(await leads()); tries += 1) {
    if (tries > 200 || child.exitCode !== null) throw new Error('Consul did not come up');
    await delay(100);
  }
  return {
    url,
    async stop() {
      const ended = once(child, 'exit');
      child.kill('SIGINT');
      await ended;
    },
  };
}

async function freePorts(count) {
  const servers = await Promise.all(
    Array.from({ length: count }, async () => {
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      return server;
    }),
  );
  const ports = servers.map((server) => server.address().port);
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports;
}
