import { createServer, request as send, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { openRetryProxy, type RetryProxy } from '../../../../src/clients/ucloud/retry-proxy.js';
import { emulatedCloud, signedForm } from '../../../helpers/emulated-cloud.js';
import { thrown } from '../../../helpers/thrown.js';

interface Seen {
  readonly method: string | undefined;
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A cloud that gives one of these answers after the other, and keeps the last. */
async function cloudThatAnswers(...answers: Answer[]): Promise<{ readonly seen: readonly Seen[]; readonly baseUrl: string }> {
  const seen: Seen[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body });
      (answers.length > 1 ? answers.shift() : answers[0])?.(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { seen, baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Time passes by pauses alone. */
async function proxyBefore(baseUrl: string): Promise<{ readonly proxy: RetryProxy; readonly said: string[] }> {
  const said: string[] = [];
  let now = 0;
  const clock = { now: () => now, sleep: async (ms: number) => void (now += ms) };
  const onThrottled = (action: string, pauseMs: number): void => void said.push(`${action} ${pauseMs}`);
  const proxy = await openRetryProxy({ baseUrl, clock, onThrottled, random: () => 0.5 });
  onTestFinished(() => proxy.close());
  return { proxy, said };
}

const says =
  (body: object): Answer =>
  (_, response) =>
    void response.writeHead(200, { 'x-ucloud-request-uuid': 'u-1' }).end(JSON.stringify(body));
const throttled = says({ RetCode: 153, Message: 'slow down' });
const fine = says({ RetCode: 0, Action: 'CreateVPCResponse' });
const hangUp: Answer = (request) => void request.socket.destroy();

const ask = (url: string, body: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/?Action=CreateVPC`, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });

test('a request arrives as it was sent, and its answer as it was given', async () => {
  const { seen, baseUrl } = await cloudThatAnswers(fine);
  const { proxy, said } = await proxyBefore(`${baseUrl}/api?gateway=1`);
  const reply = await ask(proxy.url, 'Action=CreateVPC&Name=a%20b+c&Signature=abc', { 'user-agent': 'Packer-UCloud/1.0.1' });
  expect([reply.status, reply.headers.get('x-ucloud-request-uuid')]).toEqual([200, 'u-1']);
  expect(await reply.text()).toBe('{"RetCode":0,"Action":"CreateVPCResponse"}');
  expect(seen).toMatchObject([
    { method: 'POST', url: '/api?gateway=1&Action=CreateVPC', body: 'Action=CreateVPC&Name=a%20b+c&Signature=abc' },
  ]);
  expect(seen[0]?.headers).toMatchObject({ 'user-agent': 'Packer-UCloud/1.0.1', host: new URL(baseUrl).host });
  expect(seen[0]?.headers).not.toHaveProperty('accept-encoding');
  expect([proxy.hasGivenUp, said]).toEqual([false, []]);
});

test('what is throttled is sent again until it is not', async () => {
  const { seen, baseUrl } = await cloudThatAnswers(throttled, (_, response) => void response.writeHead(429).end(), throttled, fine);
  const { proxy, said } = await proxyBefore(baseUrl);
  expect(await (await ask(proxy.url, 'Action=CreateVPC')).json()).toMatchObject({ RetCode: 0 });
  expect(seen.map(({ body }) => body)).toEqual(Array(4).fill('Action=CreateVPC'));
  expect([proxy.hasGivenUp, said]).toEqual([false, ['CreateVPC 250', 'CreateVPC 750', 'CreateVPC 2250']]);
});

test('whoever asks hears that it is throttled before it has waited for too long', async () => {
  const { seen, baseUrl } = await cloudThatAnswers(throttled);
  const { proxy, said } = await proxyBefore(baseUrl);
  expect(await (await ask(proxy.url, 'Action=CreateVPC')).json()).toEqual({ RetCode: 153, Message: 'slow down' });
  expect(proxy.hasGivenUp).toBe(true);
  const waited = said.reduce((sum, one) => sum + Number(one.split(' ')[1]), 0);
  expect([seen.length, waited]).toEqual([6, 20_000]);
});

const mayBeDone: readonly (readonly [string, Answer, number])[] = [
  ['a refusal', says({ RetCode: 8095, Message: 'Quota' }), 200],
  ["a gateway's trouble", says({ RetCode: 150 }), 200],
  ['a status', (_, response) => void response.writeHead(503).end('<html>busy'), 503],
];

test.each(mayBeDone)('%s is handed on and not repeated: it may have been done', async (_, answer, status) => {
  const { seen, baseUrl } = await cloudThatAnswers(answer, fine);
  const { proxy } = await proxyBefore(baseUrl);
  expect((await ask(proxy.url, 'Action=DescribeVPC')).status).toBe(status);
  expect([seen.length, proxy.hasGivenUp]).toEqual([1, false]);
});

test('an answer that is lost stays lost', async () => {
  const { seen, baseUrl } = await cloudThatAnswers(hangUp, fine);
  const { proxy } = await proxyBefore(baseUrl);
  expect(await thrown(() => ask(proxy.url, 'Action=CreateVPC'))).toMatchObject({ message: 'fetch failed' });
  expect(seen).toHaveLength(1);
});

test('a cloud that does not listen is named', async () => {
  // Nobody may listen there but who has asked for it by number.
  const { proxy } = await proxyBefore('http://127.0.0.1:9');
  const reply = await ask(proxy.url, 'Action=CreateVPC');
  expect([reply.status, reply.statusText]).toEqual([502, 'Bad Gateway: connect ECONNREFUSED 127.0.0.1:9']);
});

test('what nobody waits for any more is not sent', async () => {
  const { seen, baseUrl } = await cloudThatAnswers(throttled);
  const pausing: (() => void)[] = [];
  const clock = {
    now: () => 0,
    sleep: (_: number, signal?: AbortSignal) =>
      new Promise<void>((resolve, reject) => {
        pausing.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason as Error));
      }),
  };
  const proxy = await openRetryProxy({ baseUrl, clock });
  onTestFinished(() => proxy.close());
  const caller = send(proxy.url, { method: 'POST' });
  caller.on('error', () => undefined).end('Action=CreateVPC');
  while (pausing.length === 0) await delay(5);
  caller.destroy();
  await delay(50);
  pausing[0]?.();
  await delay(50);
  expect([seen.length, pausing.length]).toEqual([1, 1]);
});

test("a signature made for UCloud's own address holds", async () => {
  const cloud = await emulatedCloud();
  cloud.faults.add({ effect: { kind: 'ret-code', code: 153 }, count: 2 });
  const { proxy } = await proxyBefore(cloud.url);
  const params = { Name: 'a b', 'Network.0': '10.0.0.0/16' };
  const form = new URLSearchParams(signedForm(cloud, { action: 'CreateVPC', params })).toString();
  expect(await (await ask(proxy.url, form)).json()).toMatchObject({ RetCode: 0 });
  expect((await cloud.ok('DescribeVPC'))['DataSet']).toHaveLength(2);
});
