import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import type { Emulator } from '../../src/server.js';
import { buildFixture, type BuiltFixture } from '../../../../test/helpers/build-fixture.js';
import { clientOf, type EmulatedCloud } from '../../../../test/helpers/emulated-cloud.js';
import { tempHome } from '../../../../test/helpers/temp-home.js';

let fixture: BuiltFixture;
beforeAll(async () => {
  fixture = await buildFixture(new URL('../fixtures/emulator-process.ts', import.meta.url));
});
afterAll(() => fixture.remove());

/** Node takes the hard limit for itself. Both ends of a connection are a file, each of another process. */
const openFiles = Number(execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).replace('unlimited', '1000000'));
const CLIENTS = Math.min(10_000, openFiles - 1000);

/** In a process of its own, which may have so many files open. */
async function emulatorWith(files: number | undefined): Promise<EmulatedCloud> {
  const limit = files === undefined ? '' : `ulimit -n ${files}; `;
  const child = spawn('sh', ['-c', `${limit}exec "$0" "$@"`, process.execPath, fixture.path, await tempHome()], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  onTestFinished(async () => {
    child.kill();
    await gone;
  });
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return clientOf(JSON.parse(line) as Emulator);
}

interface SlowClient {
  readonly socket: Socket;
  /** The status line that it got, or nothing when it was sent away without. */
  readonly ended: Promise<string | undefined>;
}

function slowClient(port: number): SlowClient {
  const socket = connect(port, '127.0.0.1');
  let status: string | undefined;
  socket.on('connect', () => socket.write('POST / HTTP/1.1\r\nHost: x\r\nX-Slow: '));
  socket.on('data', (data) => (status ??= String(data).split('\r\n', 1)[0]));
  socket.on('error', () => undefined);
  return { socket, ended: new Promise((resolve) => socket.once('close', () => resolve(status))) };
}

async function crowd(port: number, count: number): Promise<readonly SlowClient[]> {
  const clients: SlowClient[] = [];
  onTestFinished(() => clients.forEach(({ socket }) => socket.destroy()));
  while (clients.length < count) {
    clients.push(slowClient(port));
    // In portions, so that this process reads what comes in as well.
    if (clients.length % 200 === 0) await delay(1);
  }
  return clients;
}

function overNewConnection(url: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const request = get(url, { agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    request.on('error', reject);
  });
}

test(`${CLIENTS} clients that never finish their headers keep nobody out, and are let go`, { timeout: 60_000 }, async () => {
  const cloud = await emulatorWith(undefined);
  const clients = await crowd(cloud.port, CLIENTS);
  await Promise.all(clients.map(({ socket }) => (socket.connecting ? once(socket, 'connect') : undefined)));
  const held = Promise.all(clients.map(({ ended }) => ended));
  let isHeld = true;
  void held.then(() => (isHeld = false));
  let served = 0;
  while (isHeld) {
    await cloud.ok('DescribeImage');
    served++;
    await delay(100);
  }
  expect(new Set(await held)).toEqual(new Set(['HTTP/1.1 408 Request Timeout']));
  expect(served).toBeGreaterThan(10);
});

test('with fewer open files than clients it turns others away, and is there again when the slow ones are gone', async () => {
  const cloud = await emulatorWith(256);
  const { VPCId } = await cloud.ok('CreateVPC', { Name: 'kept', 'Network.0': '10.9.0.0/16' });
  const clients = await crowd(cloud.port, 2000);
  await Promise.all(clients.map(({ socket }) => (socket.connecting ? once(socket, 'connect').catch(() => undefined) : undefined)));
  await expect(overNewConnection(cloud.url)).rejects.toThrow();
  // Whoever has a connection keeps it.
  await cloud.ok('GetRegion');
  const statuses = await Promise.all(clients.map(({ ended }) => ended));
  expect(statuses.filter((status) => status !== undefined).length).toBeGreaterThan(150);
  expect(await overNewConnection(cloud.url)).toBe(200);
  expect(await cloud.ok('DescribeVPC', { 'VPCIds.0': VPCId })).toMatchObject({ DataSet: [{ Name: 'kept' }] });
  await cloud.ok('DeleteVPC', { VPCId });
});
