import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Allocation } from '../../../../src/clients/nomad-rollout-model.js';
import type { NodeControl } from '../../../../src/cluster/connection.js';
import { createExec } from '../../../../src/tools/exec.js';
import { endpointAt } from '../../../helpers/endpoint-at.js';
import { requireTool } from '../../../helpers/require-tool.js';
import { isExpected, runningIn, type CheckContext } from '../../../../src/jobs/verify/check-context.js';
import { runCheck } from '../../../../src/jobs/verify/run-check.js';

function allocation(port: number, more: Partial<Allocation> = {}): Allocation {
  return {
    ID: 'a1',
    TaskGroup: 'web',
    ClientStatus: 'running',
    DesiredStatus: 'run',
    CreateIndex: 1,
    AllocatedResources: { Tasks: {}, Shared: { DiskMB: 0, Ports: [{ Label: 'http', Value: port, HostIP: '127.0.0.1' }] } },
    ...more,
  } as Allocation;
}

const thisComputer: NodeControl = { stop: async () => {}, start: async () => {} };

/** A node that is asked by its own programs, as hosts are; by way of no ssh. */
const ownHost: NodeControl = {
  ...thisComputer,
  run: async (_, [file = '', ...argv], { signal, timeoutMs }) =>
    createExec(process.env).run(file, argv, { signal, timeoutMs, accept: [0, 1, 7, 22, 52, 124] }),
};
const hasPrograms = ['curl', 'bash', 'timeout'].every((tool) => requireTool(tool) !== undefined);

function context(allocations: readonly Allocation[], url = 'http://127.0.0.1:1', nodes = thisComputer): CheckContext {
  const [nomad, consul] = [endpointAt(url), endpointAt(url, 'consul')];
  return {
    connection: { cluster: 'c', nomad, consul, servers: { nomad: [nomad], consul: [consul] }, nodes },
    job: 'web',
    allocations,
    signal: new AbortController().signal,
  };
}

async function serve(body: string, status = 200): Promise<number> {
  const server = createServer((_, response) => response.writeHead(status).end(body));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const http = { kind: 'http' as const, title: 'page', group: 'web', port: 'http', path: '/', status: 200 };
const tcp = { kind: 'tcp' as const, title: 'port', group: 'web', port: 'http' };

describe('runCheck', () => {
  it('http: status and body', async () => {
    const port = await serve('hello 42\n');
    expect(await runCheck(http, context([allocation(port)]))).toEqual({ ok: true, found: 'hello 42' });
    expect(await runCheck({ ...http, expect: '/hello \\d+/' }, context([allocation(port)]))).toMatchObject({ ok: true });
    expect(await runCheck({ ...http, expect: 'hello' }, context([allocation(port)]))).toMatchObject({ ok: false });
    expect(await runCheck({ ...http, status: 204 }, context([allocation(port)]))).toEqual({
      ok: false,
      found: 'status 200 instead of 204',
    });
  });

  it('tcp: open and closed', async () => {
    const port = await serve('');
    expect(await runCheck(tcp, context([allocation(port)]))).toEqual({ ok: true, found: `127.0.0.1:${port} accepts` });
    const closed = await closedPort();
    expect(await runCheck(tcp, context([allocation(closed)]))).toMatchObject({ ok: false, found: expect.stringContaining('ECONNREFUSED') });
  });

  it.skipIf(!hasPrograms)('http, on a host of its own: the same answers', async () => {
    const at = async (port: number | Promise<number>) => context([allocation(await port)], undefined, ownHost);
    expect(await runCheck(http, await at(serve('hello 42\n')))).toEqual({ ok: true, found: 'hello 42' });
    expect(await runCheck(http, await at(serve('')))).toEqual({ ok: true, found: '' });
    expect(await runCheck({ ...http, path: '/{a,b}?q=[1]' }, await at(serve('two\nlines')))).toEqual({ ok: true, found: 'two\nlines' });
    expect(await runCheck(http, await at(serve('moved', 302)))).toEqual({ ok: false, found: 'status 302 instead of 200' });
    expect(await runCheck(http, await at(closedPort()))).toMatchObject({ ok: false, found: expect.stringMatching(/connect to 127.0.0.1/) });
  });

  it.skipIf(!hasPrograms)('tcp, on a host of its own: open and closed', async () => {
    const port = await serve('');
    const found = `127.0.0.1:${port} accepts`;
    expect(await runCheck(tcp, context([allocation(port)], undefined, ownHost))).toEqual({ ok: true, found });
    const closed = context([allocation(await closedPort())], undefined, ownHost);
    expect(await runCheck(tcp, closed)).toEqual({ ok: false, found: 'connect: Connection refused' });
  });

  it('service: counts passing instances', async () => {
    const entry = (Status: string) => ({
      Node: { Node: 'n', Address: '10.0.0.1' },
      Service: { ID: 's', Address: '', Port: 80 },
      Checks: [{ Status }],
    });
    const port = await serve(JSON.stringify([entry('passing'), entry('critical')]));
    const check = { kind: 'service' as const, title: 's', service: 'web', passing: 1 };
    expect(await runCheck(check, context([], `http://127.0.0.1:${port}`))).toEqual({ ok: true, found: '10.0.0.1:80' });
    expect(await runCheck({ ...check, passing: 2 }, context([], `http://127.0.0.1:${port}`))).toMatchObject({ ok: false });
  });

  it('takes a service that is away for an answer, with its reason', async () => {
    const closed = await closedPort();
    const check = { kind: 'service' as const, title: 's', service: 'web', passing: 1 };
    expect(await runCheck(check, context([], `http://127.0.0.1:${closed}`))).toMatchObject({
      ok: false,
      found: expect.stringContaining('nothing answers at'),
    });
  });

  it('says when nothing runs, or when there is no such port', async () => {
    expect(await runCheck(tcp, context([]))).toEqual({ ok: false, found: 'no allocation of group web is running' });
    expect(await runCheck({ ...tcp, port: 'grpc' }, context([allocation(1)]))).toEqual({ ok: false, found: 'group web has no port grpc' });
    const exec = { kind: 'exec' as const, title: 'x', group: 'web', task: 't', command: ['true'] };
    expect(await runCheck(exec, context([]))).toEqual({ ok: false, found: 'no allocation of group web is running' });
  });
});

it('looks at the newest running allocation', () => {
  const all = [
    allocation(1, { ID: 'old' }),
    allocation(2, { ID: 'new', CreateIndex: 5 }),
    allocation(3, { ID: 'stopping', CreateIndex: 9, DesiredStatus: 'stop' }),
    allocation(4, { ID: 'other', TaskGroup: 'db', CreateIndex: 10 }),
  ];
  expect(runningIn('web', all)?.ID).toBe('new');
});

it('compares whole answers, or by expression', () => {
  expect(isExpected('PONG', 'PONG')).toBe(true);
  expect(isExpected('PONG!', 'PONG')).toBe(false);
  expect(isExpected('PONG!', '/^PONG/')).toBe(true);
  expect(isExpected('', undefined)).toBe(true);
});
