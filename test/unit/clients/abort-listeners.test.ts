import { getEventListeners } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { REQUESTS_AT_ONCE, mapBounded } from '../../../packages/base/src/map-bounded.js';
import { anySignal } from '../../../packages/base/src/signals/any-signal.js';
import { createHttp, type Http } from '../../../src/clients/http.js';
import { mergeWatches, watch } from '../../../src/clients/watch.js';

const MANY = Array.from({ length: 300 }, (_, index) => index);

/** Answers with the path's last number as a status, and drops what is asked for an upgrade. */
async function service(): Promise<Http> {
  const server = createServer((request, response) => {
    const status = Number(/\/(\d+)$/.exec(request.url ?? '')?.[1]);
    setTimeout(() => response.writeHead(status, { 'x-index': String(Date.now()) }).end('{}'), 3);
  });
  server.on('upgrade', (_, socket) => socket.destroy());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void (server.closeAllConnections(), server.close()));
  return createHttp({ name: 'Nomad', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, indexHeader: 'x-index' });
}

const calls: readonly (readonly [string, (http: Http, signal: AbortSignal) => Promise<unknown>])[] = [
  ['answers', (http, signal) => http.send({ path: '/200', signal })],
  ['refusals', (http, signal) => http.send({ path: '/500', method: 'PUT', signal }).catch(() => undefined)],
  ['services that are away', (_, signal) => awayFrom(signal)],
  ['sockets that nobody opens', (http, signal) => http.socket({ path: '/exec', signal }).catch(() => undefined)],
  ['streams that are left', (http, signal) => firstOf(http.stream({ path: '/200', signal }))],
  ['watches that are left', (http, signal) => firstOf(watched(http, signal))],
];

function awayFrom(signal: AbortSignal): Promise<unknown> {
  const http = createHttp({ name: 'Nomad', url: 'http://127.0.0.1:1', indexHeader: 'x-index' });
  return http.send({ path: '/200', signal }).catch(() => undefined);
}

async function firstOf(values: AsyncGenerator<unknown>): Promise<unknown> {
  for await (const value of values) return value;
  return undefined;
}

function watched(http: Http, signal: AbortSignal): AsyncGenerator<unknown> {
  const ask = (until: AbortSignal) => watch((at) => http.send({ path: '/200', signal: at.signal }), until);
  return mergeWatches({ one: ask, other: ask }, signal);
}

test.each(calls)(`${MANY.length} times %s leave nobody on the signal, and Node says nothing`, async (_name, call) => {
  const http = await service();
  const warnings: string[] = [];
  const note = (warning: Error): void => void warnings.push(warning.message);
  process.on('warning', note);
  onTestFinished(() => void process.off('warning', note));
  const signal = anySignal(new AbortController().signal);
  await mapBounded(MANY, REQUESTS_AT_ONCE, () => call(http, signal));
  await delay(20);
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  expect(warnings).toEqual([]);
});
