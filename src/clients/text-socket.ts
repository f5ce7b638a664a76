import { createHash, randomBytes } from 'node:crypto';
import { request, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import type { RequestHeaders } from '@nomadctl/base/secret/secret';
import { openHeaders } from './open-headers.js';

/**
 * A WebSocket that carries text, for the one endpoint that needs it (https://datatracker.ietf.org/doc/html/rfc6455).
 * Undici has a complete one; loading it takes a verified deploy 0.2 s, as much as all of a deploy may take.
 */
export interface TextSocket {
  send(text: string): void;
  /** Messages until the other side closes. Leaving the loop closes the connection. */
  messages(): AsyncGenerator<string>;
}

export interface TextSocketRequest {
  /** With `http:` or `https:`. */
  readonly url: URL;
  readonly headers: RequestHeaders;
  readonly signal: AbortSignal;
}

const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;
const NORMAL_CLOSURE = 1000;

/** @throws Error with the server's words when it does not agree; the signal's reason */
export async function openTextSocket({ url, headers, signal }: TextSocketRequest): Promise<TextSocket> {
  const key = randomBytes(16).toString('base64');
  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13', 'sec-websocket-key': key };
  const open = url.protocol === 'https:' ? (await import('node:https')).request : request;
  const { socket, head } = await new Promise<{ socket: Duplex; head: Buffer }>((resolve, reject) => {
    const outgoing = open(url, { headers: { ...openHeaders(headers), ...upgrade }, signal });
    outgoing.on('error', reject);
    outgoing.on('response', (response) => void refusal(response).then(reject, reject));
    outgoing.on('upgrade', (response, duplex, first) => {
      if (response.headers['sec-websocket-accept'] === acceptOf(key)) resolve({ socket: duplex, head: first });
      else reject(new Error('the server answered somebody else'));
    });
    outgoing.end();
  });
  const onAbort = (): void => void socket.destroy(signal.reason instanceof Error ? signal.reason : new Error('aborted'));
  signal.addEventListener('abort', onAbort, { once: true });
  // Errors reach whoever reads the messages; without a reader they have nobody to tell.
  socket.on('error', () => signal.removeEventListener('abort', onAbort));
  socket.on('close', () => signal.removeEventListener('abort', onAbort));
  socket.unshift(head);
  return { send: (text) => void socket.write(frameOf(OPCODE.text, Buffer.from(text))), messages: () => messagesOf(socket) };
}

async function refusal(response: IncomingMessage): Promise<Error> {
  return new Error(`status ${response.statusCode}: ${(await textOf(response)).trim()}`);
}

function acceptOf(key: string): string {
  return createHash('sha1').update(`${key}${ACCEPT_SUFFIX}`).digest('base64');
}

async function* messagesOf(socket: Duplex): AsyncGenerator<string> {
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  for await (const chunk of socket) {
    rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.size);
      if (frame.opcode === OPCODE.ping) socket.write(frameOf(OPCODE.pong, frame.payload));
      if (frame.opcode === OPCODE.close) return endOf(socket, frame.payload);
      if (frame.opcode > OPCODE.binary) continue;
      parts.push(frame.payload);
      if (!frame.isLast) continue;
      yield Buffer.concat(parts).toString();
      parts = [];
    }
  }
}

/** @throws Error with the reason that the server gave for closing */
function endOf(socket: Duplex, payload: Buffer): void {
  socket.end(frameOf(OPCODE.close, payload.subarray(0, 2)));
  const code = payload.length >= 2 ? payload.readUInt16BE(0) : NORMAL_CLOSURE;
  if (code !== NORMAL_CLOSURE) throw new Error(payload.subarray(2).toString() || `the connection was closed (${code})`);
}

interface Frame {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  /** Bytes of the whole frame. */
  readonly size: number;
}

/** The first frame of a buffer, or nothing while it is not whole. Servers do not mask. */
function readFrame(buffer: Buffer): Frame | undefined {
  const [first, second] = buffer;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const start = short === 126 ? 4 : short === 127 ? 10 : 2;
  if (buffer.length < start) return undefined;
  const length = short === 126 ? buffer.readUInt16BE(2) : short === 127 ? Number(buffer.readBigUInt64BE(2)) : short;
  if (buffer.length < start + length) return undefined;
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, payload: buffer.subarray(start, start + length), size: start + length };
}

/** A client's frame, masked as the protocol asks. */
function frameOf(opcode: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const masked = Buffer.from(payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  const length = payload.length;
  const header = Buffer.alloc(length < 126 ? 2 : 4);
  header[0] = 0x80 | opcode;
  header[1] = 0x80 | Math.min(length, 126);
  if (length >= 126) header.writeUInt16BE(length, 2);
  return Buffer.concat([header, mask, masked]);
}
