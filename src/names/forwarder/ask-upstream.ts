import { createSocket } from 'node:dgram';
import { connect } from 'node:net';
import type { DnsAddress } from '../../cluster/connection.js';

/** Less than programs wait for us before they ask somebody else: resolv.conf(5) has five seconds. */
const PATIENCE_MS = 1500;

/** The answer of the first that gives one. @throws Error of the last that did not */
export async function askUpstreams(question: Buffer, upstreams: readonly DnsAddress[], over: 'udp' | 'tcp'): Promise<Buffer> {
  let failure: unknown = new Error('there is nobody to ask');
  for (const upstream of upstreams) {
    try {
      return await (over === 'udp' ? askByUdp(question, upstream) : askByTcp(question, upstream));
    } catch (error) {
      failure = error;
    }
  }
  throw failure;
}

function askByUdp(question: Buffer, { address, port }: DnsAddress): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const timer = setTimeout(() => end(new Error(`${address} did not answer`)), PATIENCE_MS);
    const end = (outcome: Buffer | Error): void => {
      clearTimeout(timer);
      socket.close();
      if (outcome instanceof Error) reject(outcome);
      else resolve(outcome);
    };
    socket.once('error', end);
    socket.on('message', (answer) => {
      // Somebody else's, or too late.
      if (answer.length > 2 && answer.readUInt16BE(0) === question.readUInt16BE(0)) end(answer);
    });
    // Connected, it hears at once that nothing listens there, and nobody else can answer in its place.
    socket.connect(port, address, () => socket.send(question));
  });
}

function askByTcp(question: Buffer, { address, port }: DnsAddress): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: address, port, timeout: PATIENCE_MS });
    const fail = (why: Error): void => {
      socket.destroy();
      reject(why);
    };
    socket.once('error', fail);
    socket.once('timeout', () => fail(new Error(`${address} did not answer`)));
    socket.once('end', () => fail(new Error(`${address} hung up`)));
    onMessages(socket, (answer) => {
      socket.destroy();
      resolve(answer);
    });
    sendMessage(socket, question);
  });
}

/** Over TCP each message comes after its length. https://www.rfc-editor.org/rfc/rfc1035#section-4.2.2 */
export function onMessages(socket: NodeJS.ReadableStream, take: (message: Buffer) => void): void {
  let rest = Buffer.alloc(0);
  socket.on('data', (chunk: Buffer) => {
    rest = Buffer.concat([rest, chunk]);
    while (rest.length >= 2 && rest.length >= 2 + rest.readUInt16BE(0)) {
      const end = 2 + rest.readUInt16BE(0);
      const message = rest.subarray(2, end);
      rest = rest.subarray(end);
      take(message);
    }
  });
}

export function sendMessage(socket: NodeJS.WritableStream, message: Buffer): void {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  socket.write(Buffer.concat([length, message]));
}
