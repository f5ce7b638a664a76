import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync, createWriteStream } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createNomadApi, type NomadApi } from '../../src/clients/nomad-api.js';
import { createConsulApi } from '../../src/clients/consul/consul-api.js';
import type { ClusterNode } from '../../src/cluster/cluster-node.js';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import { reach, type AgentAccess } from '../../src/cluster/reach.js';
import type { AgentEndpoint } from '../../src/clients/agent-endpoint.js';
import { sweep } from '../../src/agents/leftovers/sweep.js';
import { requireTool } from './require-tool.js';
import { secretOf } from './secret-values.js';
import { createTestContext } from './test-context.js';

/** A real agent of each program, server and client in one, with ACLs, TLS and nothing open to anybody without a token. */
export interface SecuredAgents {
  readonly node: ClusterNode;
  readonly access: AgentAccess;
  /** The management tokens as they are. */
  readonly tokens: Readonly<Record<'consul' | 'nomad', string>>;
  readonly nomad: AgentEndpoint;
  readonly consul: AgentEndpoint;
  readonly api: NomadApi;
  end(): Promise<void>;
}

const READY_MS = 60_000;
const HOST = '127.0.0.1';

/** Undefined where the programs are missing. Certificates are made by the programs themselves, and end in `days`. */
export async function startSecuredAgents({ days = 365 } = {}): Promise<SecuredAgents | undefined> {
  const [consul, nomad] = [requireTool('consul'), requireTool('nomad')];
  if (consul === undefined || nomad === undefined) return undefined;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-secured-')));
  const ctx = await createTestContext({ home: dir, env: { PATH: process.env['PATH'] } });
  const children: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of children.toReversed()) {
      child.kill('SIGKILL');
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    }
    await sweep(dir, ctx);
    rmSync(dir, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    const files = makeCertificates({ consul, nomad, dir, days });
    const tokens = { consul: randomUUID(), nomad: randomUUID() };
    const ports = await freePorts();
    const start = (program: string, name: string, config: object): void => {
      mkdirSync(join(dir, name, 'data'), { recursive: true });
      writeFileSync(join(dir, name, 'agent.json'), JSON.stringify(config), { mode: 0o600 });
      const flag = name === 'consul' ? '-config-file' : '-config';
      const child = spawn(program, ['agent', `${flag}=${join(dir, name, 'agent.json')}`], {
        stdio: ['ignore', 'pipe', 'pipe'],
        env: { PATH: process.env['PATH'] },
      });
      const log = createWriteStream(join(dir, name, 'log'));
      child.stdout?.pipe(log);
      child.stderr?.pipe(log);
      children.push(child);
    };
    start(consul, 'consul', consulConfig({ dir, ports, tokens, files }));
    start(nomad, 'nomad', nomadConfig({ dir, ports, tokens, files }));
    const node: ClusterNode = {
      name: 'server-1',
      agents: { consul: 'server', nomad: 'server' },
      address: HOST,
      ports: { ...DEFAULT_PORTS, consulHttp: ports.consul.http, nomadHttp: ports.nomad.http },
      open: { consul: HOST, nomad: HOST },
    };
    const access: AgentAccess = {
      ca: { pem: readFileSync(files.ca, 'utf8'), file: files.ca },
      serverName: (_, program) => (program === 'nomad' ? 'server.global.nomad' : 'server.dc1.consul'),
      tokens: { consul: secretOf(tokens.consul), nomad: secretOf(tokens.nomad) },
    };
    const { endpoint } = reach([node], access);
    const secured = { node, access, tokens, nomad: endpoint(node, 'nomad'), consul: endpoint(node, 'consul') };
    const api = createNomadApi(secured.nomad);
    const stranger = reach([node], { ...access, tokens: {} }).endpoint(node, 'nomad');
    await whenReady({ consul: secured.consul, stranger, api, token: tokens.nomad });
    return { ...secured, api, end };
  } catch (error) {
    await end();
    throw error;
  }
}

interface Files {
  readonly ca: string;
  readonly nomad: { readonly cert: string; readonly key: string };
  readonly consul: { readonly cert: string; readonly key: string };
}

function makeCertificates({ consul, nomad, dir, days }: { consul: string; nomad: string; dir: string; days: number }): Files {
  const run = (program: string, ...argv: string[]): void => void execFileSync(program, argv, { cwd: dir, stdio: 'pipe' });
  run(consul, 'tls', 'ca', 'create');
  const [ca, key] = [join(dir, 'consul-agent-ca.pem'), join(dir, 'consul-agent-ca-key.pem')];
  run(consul, 'tls', 'cert', 'create', '-server', `-additional-ipaddress=${HOST}`, `-days=${days}`);
  run(
    nomad,
    'tls',
    'cert',
    'create',
    '-server',
    '-region=global',
    `-ca=${ca}`,
    `-key=${key}`,
    `-additional-ipaddress=${HOST}`,
    `-days=${days}`,
  );
  const pair = (name: string) => ({ cert: join(dir, `${name}.pem`), key: join(dir, `${name}-key.pem`) });
  return { ca, consul: pair('dc1-server-consul-0'), nomad: pair('global-server-nomad') };
}

type Ports = Awaited<ReturnType<typeof freePorts>>;

/** Bound all at once, so that no two are the same. */
async function freePorts() {
  const servers = Array.from({ length: 9 }, () => createServer().listen(0, HOST));
  for (const server of servers) if (!server.listening) await once(server, 'listening');
  const [http = 0, grpc = 0, rpc = 0, serf = 0, dns = 0, nomadHttp = 0, nomadRpc = 0, nomadSerf = 0] = servers.map((server) => {
    const address = server.address();
    return typeof address === 'object' && address ? address.port : 0;
  });
  for (const server of servers) server.close();
  return { consul: { http, grpc, rpc, serf, dns }, nomad: { http: nomadHttp, rpc: nomadRpc, serf: nomadSerf } };
}

interface Setting {
  readonly dir: string;
  readonly ports: Ports;
  readonly tokens: SecuredAgents['tokens'];
  readonly files: Files;
}

function consulConfig({ dir, ports: { consul }, tokens, files }: Setting): object {
  return {
    server: true,
    bootstrap_expect: 1,
    data_dir: join(dir, 'consul', 'data'),
    bind_addr: HOST,
    client_addr: HOST,
    ui_config: { enabled: true },
    disable_update_check: true,
    ports: {
      http: -1,
      https: consul.http,
      grpc: -1,
      grpc_tls: consul.grpc,
      server: consul.rpc,
      serf_lan: consul.serf,
      serf_wan: -1,
      dns: consul.dns,
    },
    tls: {
      defaults: {
        ca_file: files.ca,
        cert_file: files.consul.cert,
        key_file: files.consul.key,
        verify_incoming: true,
        verify_outgoing: true,
      },
      internal_rpc: { verify_server_hostname: true },
      https: { verify_incoming: false },
      grpc: { verify_incoming: false },
    },
    acl: { enabled: true, default_policy: 'deny', tokens: { initial_management: tokens.consul, agent: tokens.consul } },
  };
}

function nomadConfig({ dir, ports: { nomad, consul }, tokens, files }: Setting): object {
  return {
    data_dir: join(dir, 'nomad', 'data'),
    name: 'server-1',
    bind_addr: HOST,
    advertise: { http: HOST, rpc: HOST, serf: HOST },
    disable_update_check: true,
    ports: { http: nomad.http, rpc: nomad.rpc, serf: nomad.serf },
    server: { enabled: true, bootstrap_expect: 1 },
    client: { enabled: true, options: { 'driver.allowlist': 'raw_exec' } },
    plugin: [{ raw_exec: [{ config: [{ enabled: true }] }] }],
    acl: { enabled: true },
    tls: { http: true, rpc: true, ca_file: files.ca, cert_file: files.nomad.cert, key_file: files.nomad.key, verify_server_hostname: true },
    consul: { address: `${HOST}:${consul.http}`, ssl: true, ca_file: files.ca, share_ssl: false, token: tokens.consul },
  };
}

interface Waited {
  readonly consul: AgentEndpoint;
  /** Nomad without a token. */
  readonly stranger: AgentEndpoint;
  readonly api: NomadApi;
  readonly token: string;
}

/** A leader of Consul, Nomad's ACLs bootstrapped with our token, and a client that takes jobs. */
async function whenReady({ consul, stranger, api, token }: Waited): Promise<void> {
  const signal = AbortSignal.timeout(READY_MS);
  const until = async (what: () => Promise<boolean>): Promise<void> => {
    while (!(await what().catch(() => false))) await sleep(100, undefined, { signal });
  };
  const body = { BootstrapSecret: token };
  await until(async () => (await createConsulApi(consul).leader(signal)) !== undefined);
  await until(async () => {
    await createNomadApi(stranger).http.send({ method: 'POST', path: '/v1/acl/bootstrap', body, signal });
    return true;
  });
  await until(async () => (await api.watchNodes({ index: 0, signal })).value.some(({ Status }) => Status === 'ready'));
}
