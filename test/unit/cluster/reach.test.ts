import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer as createPlain, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createSecure } from 'node:https';
import { connect, type AddressInfo, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished, test } from 'vitest';
import type { AgentEndpoint } from '../../../src/clients/agent-endpoint.js';
import { createConsulApi } from '../../../src/clients/consul/consul-api.js';
import { isAnswering } from '../../../src/clients/probe/is-listening.js';
import { createNomadApi } from '../../../src/clients/nomad-api.js';
import { execInTask } from '../../../src/clients/nomad-exec.js';
import { logStream } from '../../../src/clients/nomad-logs.js';
import { watch } from '../../../src/clients/watch.js';
import { consulVariables, nomadVariables } from '../../../src/cluster/connection.js';
import type { ClusterNode } from '../../../src/cluster/cluster-node.js';
import { accessOf, reach, type AgentAccess } from '../../../src/cluster/reach.js';
import { nodeListening } from '../../helpers/endpoint-at.js';
import { thrown } from '../../helpers/thrown.js';
import { opened, secretOf } from '../../helpers/secret-values.js';

const signal = new AbortController().signal;
const tls = (name: string): string => fileURLToPath(new URL(`../../fixtures/tls/${name}`, import.meta.url));
const caOf = (name: string) => ({ pem: readFileSync(tls(name), 'utf8'), file: tls(name) });
const [nomad, consul] = ['nomad-token-1', 'consul-token-1'];
const tokens = { nomad: secretOf(nomad), consul: secretOf(consul) };

interface Agent {
  readonly node: ClusterNode;
  /** Tokens of the requests that came, in order, as `X-Nomad-Token=...`; `none` for one without. */
  readonly tokens: string[];
  readonly paths: string[];
}

/** An agent of both programs at a port of its own, over TLS or not, that answers every kind of question there is. */
async function agent({ isSecure }: { isSecure: boolean }): Promise<Agent> {
  const seen = { tokens: [] as string[], paths: [] as string[] };
  const note = ({ headers, url = '' }: IncomingMessage): void => {
    const named = ['x-nomad-token', 'x-consul-token'].flatMap((name) => (headers[name] === undefined ? [] : `${name}=${headers[name]}`));
    seen.tokens.push(named.join(' ') || 'none');
    seen.paths.push(url);
  };
  const answer: RequestListener = (request, response) => {
    note(request);
    const index = Number(new URL(request.url ?? '', 'x://x').searchParams.get('index') ?? 0);
    response.setHeader('X-Nomad-Index', String(index + 1));
    response.end(request.url?.startsWith('/v1/client/fs/logs') ? 'a line' : '[]');
  };
  const server = isSecure
    ? createSecure({ cert: readFileSync(tls('agent.pem')), key: readFileSync(tls('agent.key')) }, answer)
    : createPlain(answer);
  server.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    note(request);
    const accept = createHash('sha1')
      .update(`${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
      .digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const frame = Buffer.from(JSON.stringify({ exited: true, result: { exit_code: 3 } }));
    socket.write(Buffer.concat([Buffer.from([0x81, frame.length]), frame]));
    socket.on('error', () => undefined);
    onTestFinished(() => void socket.destroy());
  });
  await listen(server);
  return { ...seen, node: nodeListening('127.0.0.1', (server.address() as AddressInfo).port) };
}

async function listen(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
}

function endpoint({ node }: Agent, access: AgentAccess, program: 'nomad' | 'consul' = 'nomad'): AgentEndpoint {
  return reach([node], access).endpoint(node, program);
}

async function textOf(chunks: AsyncGenerator<Buffer>): Promise<string> {
  const all: Buffer[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

/** Every way in which nomadctl speaks to Nomad. */
const ways: readonly (readonly [string, (at: AgentEndpoint) => Promise<unknown>, unknown])[] = [
  ['a question', (at) => createNomadApi(at).jobs({ signal }), []],
  ['a change', (at) => createNomadApi(at).stop({ id: 'redis', purge: false, signal }), []],
  ['a question about the cluster itself', (at) => createNomadApi(at).watchNodes({ index: 0, signal }), { value: [], index: 1 }],
  [
    'a blocking query, again and again',
    async (at) => {
      const nomad = createNomadApi(at);
      let looks = 0;
      for await (const seen of watch((from) => nomad.allocations('redis', from), signal)) if (++looks === 3) return seen;
      return undefined;
    },
    [],
  ],
  [
    'a log',
    (at) => textOf(logStream(createNomadApi(at), { allocation: 'a1', task: 't', stream: 'stdout', follow: true, signal })),
    'a line',
  ],
  [
    'a command in a task',
    async (at) => (await execInTask(createNomadApi(at), { allocation: 'a1', task: 't', command: ['true'], signal })).exitCode,
    3,
  ],
];

describe.each(ways)('%s', (_, ask, answer) => {
  it('carries the token', async () => {
    const plain = await agent({ isSecure: false });
    expect(await ask(endpoint(plain, { tokens }))).toEqual(answer);
    expect(new Set(plain.tokens)).toEqual(new Set([`x-nomad-token=${nomad}`]));
  });

  it('goes over TLS, to an agent that the CA vouches for, with the token', async () => {
    const secure = await agent({ isSecure: true });
    expect(await ask(endpoint(secure, { ca: caOf('ca.pem'), tokens }))).toEqual(answer);
    expect(new Set(secure.tokens)).toEqual(new Set([`x-nomad-token=${nomad}`]));
  });

  it('tells nothing to an agent that another CA vouches for, or that has another name', async () => {
    const secure = await agent({ isSecure: true });
    for (const access of [{ ca: caOf('other-ca.pem') }, { ca: caOf('ca.pem'), serverName: () => 'server.global.consul' }]) {
      const error = await thrown(() => ask(endpoint(secure, { ...access, tokens })));
      expect([error.message, ...error.why].join('\n')).toMatch(/certificate|altnames/i);
    }
    expect(secure.tokens).toEqual([]);
  });

  it.each([false, true])('goes the way that there is, where there is no direct one (TLS: %s)', async (isSecure) => {
    const hidden = await agent({ isSecure });
    const { ports } = hidden.node;
    // By an address that nobody has, under the name that its certificate has.
    const node: ClusterNode = { ...hidden.node, name: 'server-2', address: '192.0.2.1', open: {} };
    const ways: string[] = [];
    const through = ({ name }: ClusterNode): Duplex => {
      ways.push(name);
      return connect(ports.nomadHttp, '127.0.0.1');
    };
    const access = { through, tokens, ...(isSecure ? { ca: caOf('ca.pem'), serverName: () => 'server.global.nomad' } : {}) };
    expect(await ask(endpoint({ ...hidden, node }, access))).toEqual(answer);
    expect(ways).toEqual(hidden.tokens.map(() => 'server-2'));
    expect(new Set(hidden.tokens)).toEqual(new Set([`x-nomad-token=${nomad}`]));
  });
});

test('Consul gets its own token, also for a blocking query', async () => {
  const plain = await agent({ isSecure: false });
  const api = createConsulApi(endpoint(plain, { tokens }, 'consul'));
  await api.members(signal);
  await api.service('redis', { index: 7, signal });
  await api.leave(signal);
  expect(plain.tokens).toEqual(Array<string>(3).fill(`x-consul-token=${consul}`));
});

test('without access nothing is sent along', async () => {
  const plain = await agent({ isSecure: false });
  await createNomadApi(endpoint(plain, {})).deployments('redis', signal);
  expect([plain.tokens, plain.paths]).toEqual([['none'], ['/v1/job/redis/deployments']]);
});

test("NOMAD_NAMESPACE is the namespace of every question about jobs, but not of those about the whole cluster's", async () => {
  const plain = await agent({ isSecure: false });
  const api = createNomadApi(endpoint(plain, accessOf({ env: { NOMAD_NAMESPACE: 'team' } })));
  await api.deployments('redis', signal);
  await api.jobs({ signal });
  await api.liveAllocations({ index: 0, signal });
  await execInTask(api, { allocation: 'a1', task: 't', command: ['true'], signal });
  await api.stop({ id: 'redis', purge: true, signal });
  await api.stop({ id: 'redis', namespace: 'other', purge: true, signal });
  expect(plain.paths.map((path) => new URL(path, 'x://x').searchParams.get('namespace'))).toEqual([
    'team',
    '*',
    '*',
    'team',
    'team',
    'other',
  ]);
  expect(endpoint(plain, accessOf({ env: { NOMAD_NAMESPACE: 'team' } }), 'consul')).not.toHaveProperty('namespace');
});

test('whether an agent is there is seen by every way', async () => {
  const plain = await agent({ isSecure: false });
  const node: ClusterNode = { ...plain.node, address: '192.0.2.1', open: {} };
  const { nomadHttp } = plain.node.ports;
  const through = (port: number) => reach([node], { through: () => connect(port, '127.0.0.1') }).endpoint(node, 'nomad');
  expect(await isAnswering(endpoint(plain, {}), signal)).toBe(true);
  expect(await isAnswering(through(nomadHttp), signal)).toBe(true);
  const closed = createPlain();
  await listen(closed);
  const { port } = closed.address() as AddressInfo;
  await new Promise((resolve) => closed.close(resolve));
  expect(await isAnswering(through(port), signal)).toBe(false);
});

test('only what is open, or has a way, can be asked', () => {
  const { node } = {
    node: { ...nodeListening('127.0.0.1', 1), agents: { consul: 'client' }, open: { nomad: '127.0.0.1' } } as ClusterNode,
  };
  const programs = ['consul', 'nomad'] as const;
  expect(programs.map((program) => reach([node], {}).canAsk(node, program))).toEqual([false, false]);
  const through = (): Duplex => connect(1, '127.0.0.1');
  expect(programs.map((program) => reach([node], { through }).canAsk(node, program))).toEqual([true, false]);
});

test('programs are told all of it', () => {
  const node = nodeListening('127.0.0.1', 8501);
  const { endpoint: at } = reach([node], { ca: caOf('ca.pem'), tokens, serverName: (_, program) => `server.${program}` });
  expect(opened(nomadVariables(at(node, 'nomad')))).toEqual({
    NOMAD_REGION: 'global',
    NOMAD_ADDR: 'https://127.0.0.1:8501',
    NOMAD_TOKEN: nomad,
    NOMAD_CACERT: tls('ca.pem'),
    NOMAD_TLS_SERVER_NAME: 'server.nomad',
  });
  expect(opened(consulVariables(at(node, 'consul')))).toEqual({
    CONSUL_HTTP_ADDR: 'https://127.0.0.1:8501',
    CONSUL_HTTP_TOKEN: consul,
    CONSUL_CACERT: tls('ca.pem'),
    CONSUL_TLS_SERVER_NAME: 'server.consul',
  });
  const plain = reach([node], { namespace: 'team' });
  expect(nomadVariables(plain.endpoint(node, 'nomad'))).toEqual({
    NOMAD_ADDR: 'http://127.0.0.1:8501',
    NOMAD_REGION: 'global',
    NOMAD_NAMESPACE: 'team',
  });
  expect(consulVariables(plain.endpoint(node, 'consul'))).toEqual({ CONSUL_HTTP_ADDR: 'http://127.0.0.1:8501' });
});

test('what must not come from elsewhere is named, to be taken away', () => {
  const node = nodeListening('127.0.0.1', 8501);
  const plain = reach([node], {});
  const undefinedIn = (set: object): string[] => Object.keys(set).filter((name) => set[name as keyof typeof set] === undefined);
  expect(undefinedIn(nomadVariables(plain.endpoint(node, 'nomad')))).toEqual(
    expect.arrayContaining(['NOMAD_TOKEN', 'NOMAD_CACERT', 'NOMAD_NAMESPACE', 'NOMAD_SKIP_VERIFY', 'NOMAD_CLIENT_KEY']),
  );
  expect(undefinedIn(consulVariables(plain.endpoint(node, 'consul')))).toEqual(
    expect.arrayContaining(['CONSUL_HTTP_TOKEN', 'CONSUL_HTTP_TOKEN_FILE', 'CONSUL_CACERT', 'CONSUL_HTTP_SSL', 'CONSUL_NAMESPACE']),
  );
});
