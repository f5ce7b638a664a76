import { createSocket } from 'node:dgram';
import { connect } from 'node:net';

/** A question as old and new libraries ask it. */
export interface RawQuestion {
  readonly name: string;
  /** A: 1, SRV: 33. https://www.iana.org/assignments/dns-parameters */
  readonly type: 1 | 33;
  readonly over?: 'udp' | 'tcp';
  /** Bytes that whoever asks takes over UDP; without it 512. */
  readonly edns?: number;
}

export interface RawAnswer {
  readonly answers: number;
  readonly code: number;
  /** "There is more: come over TCP". */
  readonly truncated: boolean;
}

export interface At {
  readonly address: string;
  readonly port: number;
}

const TIMEOUT_MS = 3000;

export function rawQuestion({ name, type, edns }: RawQuestion): Buffer {
  const head = Buffer.alloc(12);
  for (const [at, value] of [
    [0, 7],
    [2, 0x100],
    [4, 1],
    [10, edns === undefined ? 0 : 1],
  ] as const)
    head.writeUInt16BE(value, at);
  const labels = name.split('.').flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  const more = edns === undefined ? [] : [0, 0, 41, edns >> 8, edns & 255, 0, 0, 0, 0, 0, 0];
  return Buffer.concat([head, ...labels, Buffer.from([0, 0, type, 0, 1, ...more])]);
}

/** Asks as it is told, and does not come again. @throws after three seconds without an answer */
export async function askDnsRaw(at: At, question: RawQuestion): Promise<RawAnswer> {
  const message = await (question.over === 'tcp' ? overTcp : overUdp)(at, rawQuestion(question));
  const flags = message.readUInt16BE(2);
  return { answers: message.readUInt16BE(6), code: flags & 15, truncated: (flags & 0x200) !== 0 };
}

function overUdp({ address, port }: At, question: Buffer): Promise<Buffer> {
  const socket = createSocket('udp4');
  return new Promise<Buffer>((resolve, reject) => {
    setTimeout(() => reject(new Error(`${address}:${port} did not answer`)), TIMEOUT_MS).unref();
    socket.once('message', resolve).once('error', reject).send(question, port, address);
  }).finally(() => socket.close());
}

function overTcp({ address, port }: At, question: Buffer): Promise<Buffer> {
  const socket = connect({ host: address, port, timeout: TIMEOUT_MS });
  return new Promise<Buffer>((resolve, reject) => {
    let seen = Buffer.alloc(0);
    socket.once('error', reject).once('timeout', () => reject(new Error(`${address}:${port} did not answer`)));
    socket.on('data', (chunk: Buffer) => {
      seen = Buffer.concat([seen, chunk]);
      if (seen.length >= 2 && seen.length >= 2 + seen.readUInt16BE(0)) resolve(seen.subarray(2));
    });
    socket.write(Buffer.concat([Buffer.from([question.length >> 8, question.length & 255]), question]));
  }).finally(() => socket.destroy());
}
