import { createSocket, type Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { DnsAddress } from '../../cluster/connection.js';
import { DOMAIN } from '../consul-names.js';
import { askUpstreams, onMessages, sendMessage } from './ask-upstream.js';
import { askedName, REFUSED, refusalOf, SERVER_FAILURE } from './dns-message.js';

/** Whom questions are passed on to; read anew for each. */
export interface Upstreams {
  /** Of names below `.consul`: Consul's agents. */
  readonly agents: () => readonly DnsAddress[];
  /** Of all others. With nobody, whoever asks is told to ask elsewhere. */
  readonly others: () => readonly DnsAddress[];
}

export interface NamesServer {
  /** With the port that was chosen where 0 was asked for. */
  readonly at: DnsAddress;
  close(): Promise<void>;
}

const HEADER_BYTES = 12;
/** A connection that says nothing. */
const IDLE_MS = 10_000;

/**
 * Answers DNS at one address, over UDP and TCP: what is asked about `.consul` Consul's agents answer, the first that does, all else
 * who answered it before. Messages go as they are, so that EDNS and whatever else is in them stays.
 * @throws the system's error where it may not listen: EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
export async function serveNames({ address, port }: DnsAddress, upstreams: Upstreams): Promise<NamesServer> {
  const connections = new Set<Socket>();
  const tcp = createServer((socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
    serveConnection(socket, upstreams);
  });
  await listening(tcp, () => tcp.listen({ host: address, port, exclusive: true }));
  const chosen = (tcp.address() as { port: number }).port;
  const udp = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  const close = async (): Promise<void> => {
    for (const socket of connections) socket.destroy();
    await Promise.all([new Promise<void>((done) => tcp.close(() => done())), new Promise<void>((done) => udp.close(() => done()))]);
  };
  try {
    await listening(udp, () => udp.bind({ address, port: chosen, exclusive: true }));
  } catch (error) {
    await close();
    throw error;
  }
  udp.on('message', (question, { address: to, port: at }) => {
    void answerTo(question, upstreams, 'udp').then((answer) => {
      if (answer) udp.send(answer, at, to, () => {});
    });
  });
  // An answer that could not be sent is asked for again.
  udp.on('error', () => {});
  return { at: { address, port: chosen }, close };
}

async function listening(server: Server | UdpSocket, listen: () => void): Promise<void> {
  listen();
  await once(server, 'listening');
}

function serveConnection(socket: Socket, upstreams: Upstreams): void {
  socket.setTimeout(IDLE_MS, () => socket.destroy());
  socket.on('error', () => socket.destroy());
  onMessages(socket, (question) => {
    void answerTo(question, upstreams, 'tcp').then((answer) => {
      if (answer && socket.writable) sendMessage(socket, answer);
    });
  });
}

async function answerTo(question: Buffer, { agents, others }: Upstreams, over: 'udp' | 'tcp'): Promise<Buffer | undefined> {
  // What is no message gets no answer.
  if (question.length < HEADER_BYTES) return undefined;
  const name = askedName(question);
  if (name === undefined) return refusalOf(question, REFUSED);
  const isOurs = name === DOMAIN || name.endsWith(`.${DOMAIN}`);
  const whom = isOurs ? agents() : others();
  if (whom.length === 0) return refusalOf(question, REFUSED);
  return askUpstreams(question, whom, over).catch(() => refusalOf(question, SERVER_FAILURE));
}
