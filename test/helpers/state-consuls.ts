import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.js';

/** Three servers of a Consul that keeps states, without TLS and tokens. */
export interface StateConsuls {
  /** Web address of each. */
  readonly urls: readonly string[];
  /** The number of the one that leads. */
  leader(): Promise<number>;
  /** As a power cut does. */
  kill(index: number): Promise<void>;
  start(index: number): void;
  /** Once there is a leader whom everybody that lives knows. */
  settled(): Promise<void>;
  end(): Promise<void>;
}

export async function startStateConsuls(consul: string): Promise<StateConsuls> {
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-consuls-')));
  const ports = await freePorts(9);
  const [https, raft, serf] = [ports.slice(0, 3), ports.slice(3, 6), ports.slice(6, 9)];
  const urls = https.map((port) => `http://127.0.0.1:${port}`);
  const children: (ChildProcess | undefined)[] = [];
  const start = (index: number): void => {
    const config = {
      ...{ node_name: `s${index}`, server: true, bootstrap_expect: 3, bind_addr: '127.0.0.1', data_dir: join(dir, `data${index}`) },
      ports: { http: https[index], https: -1, dns: -1, grpc: -1, grpc_tls: -1, server: raft[index], serf_lan: serf[index], serf_wan: -1 },
      retry_join: serf.map((port) => `127.0.0.1:${port}`),
      retry_interval: '1s',
      performance: { raft_multiplier: 1 },
      ...{ disable_update_check: true, log_level: 'warn', leave_on_terminate: false },
    };
    writeFileSync(join(dir, `s${index}.json`), JSON.stringify(config));
    const log = openSync(join(dir, `log${index}`), 'a');
    children[index] = spawn(consul, ['agent', `-config-file=${join(dir, `s${index}.json`)}`], { stdio: ['ignore', log, log] });
  };
  const kill = async (index: number): Promise<void> => {
    const child = children[index];
    children[index] = undefined;
    child?.kill('SIGKILL');
    if (child && child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  };
  const leaderBy = async (url: string): Promise<string> =>
    fetch(`${url}/v1/status/leader`).then(
      async (reply) => (reply.ok ? ((await reply.json()) as string) : ''),
      () => '',
    );
  const leader = async (): Promise<number> => {
    for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
      const living = urls.filter((_, index) => children[index]);
      const said = await Promise.all(living.map(leaderBy));
      const found = raft.findIndex((port) => said[0] === `127.0.0.1:${port}`);
      if (found >= 0 && children[found] && said.every((one) => one === said[0])) return found;
      if (Date.now() > deadline) throw new Error(`no leader: ${said.join(', ')}`);
    }
  };
  const settled = async (): Promise<void> => {
    for (const deadline = Date.now() + 60_000; ; await sleep(100)) {
      const url = urls[await leader()] ?? '';
      const made = await fetch(`${url}/v1/session/create`, { method: 'PUT', body: '{"TTL":"10s"}' }).catch(() => undefined);
      if (made?.ok) return;
      if (Date.now() > deadline) throw new Error('Consul has a leader that does nothing');
    }
  };
  const end = async (): Promise<void> => {
    for (const index of [0, 1, 2]) await kill(index);
    rmSync(dir, { recursive: true, force: true });
  };
  for (const index of [0, 1, 2]) start(index);
  try {
    await settled();
  } catch (error) {
    await end();
    throw error;
  }
  return { urls, leader, kill, start, settled, end };
}
