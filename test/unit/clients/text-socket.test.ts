import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { describe, expect, it, onTestFinished } from 'vitest';
import { openTextSocket } from '../../../src/clients/text-socket.js';

const signal = new AbortController().signal;

/** A server that shakes hands by the book and then does what the test wants with the raw connection. */
async function serve(talk: (socket: Duplex) => void, accept = true): Promise<URL> {
  const server = createServer((_, response) => response.writeHead(404).end('no such allocation'));
  const sockets = new Set<Duplex>();
  server.on('upgrade', (request, socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    const key = `${request.headers['sec-websocket-key']}${accept ? '258EAFA5-E914-47DA-95CA-C5AB0DC85B11' : ''}`;
    const answer = createHash('sha1').update(key).digest('base64');
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${answer}\r\n\r\n`,
    );
    talk(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/exec`);
}

function frame(opcode: number, payload: string | Buffer, last = true): Buffer {
  const body = Buffer.from(payload);
  const long = body.length > 65_535 ? 10 : body.length > 125 ? 4 : 2;
  const header = Buffer.alloc(long);
  header[0] = (last ? 0x80 : 0) | opcode;
  header[1] = long === 2 ? body.length : long === 4 ? 126 : 127;
  if (long === 4) header.writeUInt16BE(body.length, 2);
  if (long === 10) header.writeBigUInt64BE(BigInt(body.length), 2);
  return Buffer.concat([header, body]);
}

const goodbye = (code: number, reason = ''): Buffer => {
  const payload = Buffer.alloc(2 + reason.length);
  payload.writeUInt16BE(code, 0);
  payload.write(reason, 2);
  return frame(8, payload);
};

async function hear(url: URL, headers = {}): Promise<string[]> {
  const heard: string[] = [];
  for await (const message of (await openTextSocket({ url, headers, signal })).messages()) heard.push(message);
  return heard;
}

describe('openTextSocket', () => {
  it('puts frames together, of any length, however they are cut', async () => {
    const long = 'x'.repeat(300);
    const huge = 'y'.repeat(70_000);
    const all = Buffer.concat([
      frame(1, 'short'),
      frame(1, long),
      frame(1, 'be', false),
      frame(9, 'ping'),
      frame(0, 'gin'),
      frame(1, huge),
      goodbye(1000),
    ]);
    const url = await serve((socket) => {
      for (let at = 0; at < all.length; at += 1009) socket.write(all.subarray(at, at + 1009));
    });
    expect(await hear(url)).toEqual(['short', long, 'begin', huge]);
  });

  it('sends masked text, and answers a ping', async () => {
    let seen = Buffer.alloc(0);
    const url = await serve((socket) => {
      socket.write(frame(9, 'hi'));
      socket.on('data', (chunk: Buffer) => {
        seen = Buffer.concat([seen, chunk]);
        if (seen.length >= 2 + 4 + 5 + 2 + 4 + 2) socket.write(goodbye(1000));
      });
    });
    const socket = await openTextSocket({ url, headers: {}, signal });
    socket.send('hello');
    for await (const _ of socket.messages()) expect.fail('nothing was said');
    expect([seen[0], seen[1]]).toEqual([0x81, 0x80 | 5]);
    const unmasked = seen.subarray(6, 11).map((byte, index) => byte ^ (seen[2 + (index % 4)] ?? 0));
    expect(Buffer.from(unmasked).toString()).toBe('hello');
    expect(seen[11]).toBe(0x8a);
  });

  it('says why the server closed', async () => {
    const url = await serve((socket) => void socket.write(goodbye(4404, 'Unknown task "x"')));
    await expect(hear(url)).rejects.toThrow('Unknown task "x"');
  });

  it('ends when the connection is cut', async () => {
    const url = await serve((socket) => void socket.end(frame(1, 'last')));
    expect(await hear(url)).toEqual(['last']);
  });

  it('refuses who does not agree, with their words', async () => {
    const plain = createServer((_, response) => response.writeHead(404).end('no such allocation\n'));
    await new Promise<void>((resolve) => plain.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void plain.close());
    const url = new URL(`http://127.0.0.1:${(plain.address() as AddressInfo).port}/`);
    await expect(hear(url)).rejects.toThrow('status 404: no such allocation');
    await expect(hear(await serve(() => undefined, false))).rejects.toThrow('the server answered somebody else');
  });

  it('stops at once when it is aborted', async () => {
    const url = await serve(() => undefined);
    const controller = new AbortController();
    const socket = await openTextSocket({ url, headers: {}, signal: controller.signal });
    const reason = new Error('Ctrl-C');
    setTimeout(() => controller.abort(reason), 20);
    await expect(socket.messages().next()).rejects.toBe(reason);
    await expect(openTextSocket({ url, headers: {}, signal: AbortSignal.abort(reason) })).rejects.toThrow();
  });
});
