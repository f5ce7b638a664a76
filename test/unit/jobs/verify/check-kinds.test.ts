import { createSocket } from 'node:dgram';
import { deserialize, serialize } from 'bson';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import type { NodeControl } from '../../../../src/cluster/connection.js';
import { createExec } from '../../../../src/tools/exec.js';
import type { CheckContext } from '../../../../src/jobs/verify/check-context.js';
import { runCheck } from '../../../../src/jobs/verify/run-check.js';
import { endpointAt } from '../../../helpers/endpoint-at.js';

const here: NodeControl = { stop: async () => {}, start: async () => {} };
/** A node that is asked by its own programs, as hosts are. */
const ownHost: NodeControl = {
  ...here,
  run: async (_, [file = '', ...argv], { signal, timeoutMs }) =>
    createExec(process.env).run(file, argv, { signal, timeoutMs, accept: [0, 1, 7, 124] }),
};

function at(port: number, { nodes = here, url = 'http://127.0.0.1:1' } = {}): CheckContext {
  const [nomad, consul] = [endpointAt(url), endpointAt(url, 'consul')];
  const running = { ID: 'allocation-1', TaskGroup: 'web', ClientStatus: 'running', DesiredStatus: 'run', CreateIndex: 1 };
  const ports = [{ Label: 'db', Value: port, HostIP: '127.0.0.1' }];
  return {
    connection: { cluster: 'c', nomad, consul, servers: { nomad: [nomad], consul: [consul] }, nodes },
    job: 'web',
    allocations: [{ ...running, AllocatedResources: { Tasks: {}, Shared: { DiskMB: 0, Ports: ports } } } as unknown as Allocation],
    signal: new AbortController().signal,
  };
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** Answers each time that something comes, with what is made of it. */
const answering = (answer: (said: Buffer) => Buffer | string): Promise<number> =>
  portOf(createServer((socket) => socket.on('data', (said) => socket.write(answer(said))).on('error', () => undefined)));

describe.each([
  ['here', here],
  ['on a host of its own', ownHost],
])('tcp that says something, %s', (_, nodes) => {
  const amqp = { kind: 'tcp' as const, title: 'AMQP', group: 'web', port: 'db', send: 'AMQP\0\0\u0009\u0001', expect: '/capabilities/' };

  it('sends the very bytes, zero and % too, and looks at what comes back', async () => {
    const port = await answering((said) =>
      said.equals(Buffer.from([65, 77, 81, 80, 0, 0, 9, 1])) ? Buffer.from('\u0001\0\0\0capabilities\0') : 'other',
    );
    expect(await runCheck(amqp, at(port, { nodes }))).toEqual({ ok: true, found: 'capabilities' });
    expect(await runCheck({ ...amqp, send: '%s\\n"$HOME"' }, at(port, { nodes }))).toEqual({ ok: false, found: 'other' });
    const echo = await answering((said) => said);
    const whole = { ...amqp, send: '%s\\n"$(id)"', expect: '%s\\n"$(id)"' };
    expect(await runCheck(whole, at(echo, { nodes }))).toEqual({ ok: true, found: '%s\\n"$(id)"' });
  });

  it('is not content with silence, nor with nobody', async () => {
    const silent = await portOf(createServer((socket) => socket.on('error', () => undefined).resume()));
    expect(await runCheck(amqp, at(silent, { nodes }))).toEqual({ ok: false, found: '' });
    expect(await runCheck({ ...amqp, expect: undefined }, at(silent, { nodes }))).toMatchObject({ ok: false });
    expect(await runCheck(amqp, at(1, { nodes }))).toMatchObject({ ok: false, found: expect.stringMatching(/refused/i) });
  });
});

describe.each([
  ['here', here],
  ['on a host of its own', ownHost],
])('mongo, %s', (_, nodes) => {
  const check = {
    ...{ kind: 'mongo' as const, title: 'm', group: 'web', port: 'db', database: 'verify' },
    commands: [
      { update: 't', updates: [{ q: { _id: 1 }, u: { word: 'works' }, upsert: true }] },
      { find: 't', filter: { _id: 1 } },
    ],
    expect: '/firstBatch[^]*works/',
  };

  it('sends each command as a message of its own, and looks for words in the answers', async () => {
    const asked: object[] = [];
    const port = await answering((said) => {
      for (let at = 0; at < said.length; at += said.readInt32LE(at)) {
        expect([said.readInt32LE(at + 12), said.readUInt32LE(at + 16), said[at + 20]]).toEqual([2013, 0, 0]);
        asked.push(deserialize(said.subarray(at + 21, at + said.readInt32LE(at))));
      }
      return Buffer.from(serialize({ cursor: { firstBatch: [{ _id: 1, word: 'works' }] }, ok: 1 }));
    });
    expect(await runCheck(check, at(port, { nodes }))).toMatchObject({ ok: true, found: expect.stringContaining('works') as string });
    expect(asked).toEqual(check.commands.map((command) => ({ ...command, $db: 'verify' })));
    expect(await runCheck({ ...check, expect: '/another/' }, at(port, { nodes }))).toMatchObject({ ok: false });
  });
});

describe('metric', () => {
  const check = { kind: 'metric' as const, title: 'm', group: 'web', port: 'db', query: 'sum(rate(x[1m])) by (job)' };
  const prometheus = (answer: object): Promise<number> =>
    portOf(
      createHttpServer(({ url = '' }, response) => {
        const asked = new URL(url, 'http://x').searchParams.get('query');
        response.end(JSON.stringify(asked === check.query ? answer : { error: `asked ${asked}` }));
      }),
    );
  const values = (...all: number[]) => ({ status: 'success', data: { result: all.map((each) => ({ value: [1, String(each)] })) } });

  it('wants values, as many and as high as it says', async () => {
    const port = await prometheus(values(3, 7));
    expect(await runCheck(check, at(port))).toEqual({ ok: true, found: '3, 7' });
    expect(await runCheck({ ...check, min: 3, series: 2 }, at(port))).toMatchObject({ ok: true });
    expect(await runCheck({ ...check, min: 4 }, at(port))).toEqual({ ok: false, found: '3, 7' });
    expect(await runCheck({ ...check, series: 3 }, at(port))).toEqual({ ok: false, found: '3, 7; 3 series are wanted' });
  });

  it('is not content without data, and tells what is wrong with a query', async () => {
    expect(await runCheck(check, at(await prometheus(values())))).toEqual({ ok: false, found: 'no series' });
    expect(await runCheck(check, at(await prometheus({ status: 'error', error: 'parse error' })))).toEqual({
      ok: false,
      found: 'parse error',
    });
    expect(await runCheck({ ...check, min: 0 }, at(await prometheus(values(Number.NaN))))).toMatchObject({ ok: false });
  });
});

it('dns: asks the server at the port, and nobody else', async () => {
  const server = createSocket('udp4');
  // The question comes back as it was, with one A record that points at its name.
  server.on('message', (question, { port, address }) => {
    const answer = Buffer.from(question);
    answer.writeUInt16BE(0x8180, 2);
    answer.writeUInt16BE(1, 6);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 127, 0, 9, 1]);
    server.send(Buffer.concat([answer, record]), port, address);
  });
  await new Promise<void>((resolve) => server.bind(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const check = { kind: 'dns' as const, title: 'd', group: 'web', port: 'db', name: 'consul.service.consul' };
  const context = at(server.address().port);
  expect(await runCheck(check, context)).toEqual({ ok: true, found: '127.0.9.1' });
  expect(await runCheck({ ...check, expect: '/^127\\./' }, context)).toMatchObject({ ok: true });
  expect(await runCheck({ ...check, expect: '10.0.0.1' }, context)).toEqual({ ok: false, found: '127.0.9.1' });
});

describe('output', () => {
  const check = { kind: 'output' as const, title: 'o', group: 'web', task: 'work', expect: '/^\\d+ words$/' };

  interface Scene {
    readonly Periodic?: object;
    readonly runs?: readonly object[];
    readonly status?: string;
    readonly log?: string;
  }

  /** A Nomad that knows one job; tells what it was told to do. */
  async function nomad({ Periodic, runs = [], status = 'complete', log = '' }: Scene): Promise<{ url: string; told: string[] }> {
    const told: string[] = [];
    const allocation = { ID: 'allocation-2', TaskGroup: 'web', ClientStatus: status, DesiredStatus: 'run', CreateIndex: 7 };
    const port = await portOf(
      createHttpServer(({ url = '', method }, response) => {
        const { pathname } = new URL(url, 'http://x');
        if (method === 'PUT') told.push(pathname);
        const answers: Record<string, unknown> = {
          '/v1/job/web': { ID: 'web', Periodic },
          '/v1/jobs': runs,
          '/v1/job/web%2Fperiodic-2/allocations': [allocation],
        };
        response.setHeader('x-nomad-index', '1');
        response.end(pathname.startsWith('/v1/client/fs/logs/') ? log : JSON.stringify(answers[pathname] ?? {}));
      }),
    );
    return { url: `http://127.0.0.1:${port}`, told };
  }

  const finished = (context: CheckContext): CheckContext => ({
    ...context,
    allocations: context.allocations.map((one) => ({ ...one, ClientStatus: 'complete' as const })),
  });

  it('finds the line of work that has ended', async () => {
    const { url } = await nomad({ log: 'reading\n42 words\n' });
    expect(await runCheck(check, finished(at(1, { url })))).toEqual({ ok: true, found: '42 words' });
    expect(await runCheck({ ...check, expect: '42' }, finished(at(1, { url })))).toEqual({ ok: false, found: '42 words' });
  });

  it('waits for what still runs, and takes no failure', async () => {
    const { url } = await nomad({ log: '42 words\n' });
    expect(await runCheck(check, at(1, { url }))).toEqual({ ok: false, found: 'allocation allocati is running' });
    expect(await runCheck({ ...check, group: 'other' }, at(1, { url }))).toEqual({ ok: false, found: 'group other has not run' });
  });

  it('of a periodic job looks at the newest run', async () => {
    const runs = [
      { ID: 'web/periodic-1', SubmitTime: 1 },
      { ID: 'web/periodic-2', SubmitTime: 2 },
    ];
    const { url, told } = await nomad({ Periodic: {}, runs, log: '7 words' });
    expect(await runCheck(check, at(1, { url }))).toEqual({ ok: true, found: '7 words' });
    expect(told).toEqual([]);
  });

  it('runs a periodic job now that has never run', async () => {
    const { url, told } = await nomad({ Periodic: {} });
    expect(await runCheck(check, at(1, { url }))).toMatchObject({ ok: false });
    expect(told).toEqual(['/v1/job/web/periodic/force']);
  });
});
