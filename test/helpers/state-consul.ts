import { execFileSync, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePorts } from './free-ports.js';
import { requireTool } from './require-tool.js';

/** A real Consul that keeps states: TLS, and nothing for anybody without a token. */
export interface StateConsul {
  readonly url: string;
  /** File of the authority's certificate. */
  readonly ca: string;
  /** May everything. */
  readonly token: string;
  /** A token with a policy of these rules and no other. */
  tokenWith(rules: string): Promise<string>;
  /** The API itself; `raw` where the answer is no JSON. */
  ask<T = unknown>(method: string, path: string, body?: string | object): Promise<T>;
  /** The same by another token. */
  askAs<T = unknown>(token: string, method: string, path: string): Promise<T>;
  end(): Promise<void>;
}

/** Undefined where Consul is missing; `NOMADCTL_REQUIRE=consul` makes that a failure. */
export async function startStateConsul(): Promise<StateConsul | undefined> {
  const consul = requireTool('consul');
  if (consul === undefined) return undefined;
  const dir = realpathSync(mkdtempSync(join(tmpdir(), 'nomadctl-states-')));
  for (const words of [
    ['ca', 'create'],
    ['cert', 'create', '-server', '-dc', 'dc1'],
  ])
    execFileSync(consul, ['tls', ...words], { cwd: dir, stdio: 'ignore' });
  const token = randomUUID();
  const [https = 0, server = 0, serf = 0] = await freePorts(3);
  const ca = join(dir, 'consul-agent-ca.pem');
  const config = {
    bind_addr: '127.0.0.1',
    ports: { http: -1, https, dns: -1, grpc: -1, grpc_tls: -1, server, serf_lan: serf, serf_wan: -1 },
    acl: { enabled: true, default_policy: 'deny', tokens: { initial_management: token, agent: token } },
    tls: { defaults: { ca_file: ca, cert_file: join(dir, 'dc1-server-consul-0.pem'), key_file: join(dir, 'dc1-server-consul-0-key.pem') } },
    disable_update_check: true,
    log_level: 'warn',
  };
  writeFileSync(join(dir, 'agent.json'), JSON.stringify(config));
  const log = openSync(join(dir, 'log'), 'w');
  const child = spawn(consul, ['agent', '-dev', `-config-file=${join(dir, 'agent.json')}`], { stdio: ['ignore', log, log], cwd: dir });
  const url = `https://127.0.0.1:${https}`;
  const ask = async <T>(method: string, path: string, body?: string | object): Promise<T> => {
    const text = await call({ url, ca, token }, { method, path, body: typeof body === 'object' ? JSON.stringify(body) : body });
    return (text === '' ? undefined : JSON.parse(text)) as T;
  };
  const askAs = async <T>(other: string, method: string, path: string): Promise<T> =>
    JSON.parse(await call({ url, ca, token: other }, { method, path, body: undefined })) as T;
  const end = async (): Promise<void> => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    rmSync(dir, { recursive: true, force: true });
  };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const id = await ask<string>('PUT', '/v1/session/create', { TTL: '10s' }).then(
      () => true,
      () => false,
    );
    if (id) break;
    if (Date.now() > deadline || child.exitCode !== null) {
      const said = readFileSync(join(dir, 'log'), 'utf8').slice(-2000);
      await end();
      throw new Error(`Consul did not come up\n${said}`);
    }
    await sleep(50);
  }
  const tokenWith = async (rules: string): Promise<string> => {
    const name = `p-${randomUUID()}`;
    await ask('PUT', '/v1/acl/policy', { Name: name, Rules: rules });
    return (await ask<{ SecretID: string }>('PUT', '/v1/acl/token', { Policies: [{ Name: name }] })).SecretID;
  };
  return { url, ca, token, tokenWith, ask, askAs, end };
}

function call(
  { url, ca, token }: Pick<StateConsul, 'url' | 'ca' | 'token'>,
  { method, path, body }: { method: string; path: string; body: string | undefined },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'X-Consul-Token': token };
    const asked = request(`${url}${path}`, { method, headers, ca: readFileSync(ca) }, (reply) => {
      let text = '';
      reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      reply.on('end', () =>
        (reply.statusCode ?? 500) < 300 ? resolve(text) : reject(new Error(`${method} ${path}: ${reply.statusCode} ${text}`)),
      );
    });
    asked.on('error', reject);
    asked.end(body);
  });
}
