import { createSocket } from 'node:dgram';
import { connect, isIPv6 } from 'node:net';
import type { Secret } from '@nomadctl/base/secret/secret';
import { gossipPing } from './gossip-ping.js';

/** Somebody in a gossip pool, by what the pool says of it. */
export interface GossipMember {
  readonly name: string;
  readonly address: string;
  readonly port: number;
}

/** `silent`: nothing came back, as from behind a firewall. `refused`: nothing listens there. `no-route`: the network says that nobody is. */
export type ProbeAnswer = 'answered' | 'refused' | 'silent' | 'no-route';

/** What comes of asking a member as its pool does. */
export interface GossipAnswers {
  readonly tcp: ProbeAnswer;
  readonly udp: ProbeAnswer;
}

/** A lost packet is sent again meanwhile: the kernel repeats the first of a TCP connection after a second. */
export const PROBE_MS = 1200;
/** When the ping is sent, in milliseconds. A member answers each. */
export const PINGS_AT: readonly number[] = [0, 300, 600];

export interface ProbeFrom {
  /** An address of this computer that it is asked from. */
  readonly from: string;
  /** Of the pool, where it has one. */
  readonly key?: Secret | undefined;
  readonly signal: AbortSignal;
}

/** Asks a member over TCP and UDP at once, from this computer, in `PROBE_MS`. Never throws, except when the signal aborts. */
export async function probeGossip(member: GossipMember, at: ProbeFrom): Promise<GossipAnswers> {
  const [tcp, udp] = await Promise.all([overTcp(member, at), overUdp(member, at)]);
  at.signal.throwIfAborted();
  return { tcp, udp };
}

function overTcp({ address, port }: GossipMember, { from, signal }: ProbeFrom): Promise<ProbeAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, localAddress: from, signal, timeout: PROBE_MS });
    const end = (answer: ProbeAnswer): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => end('answered'));
    socket.once('timeout', () => end('silent'));
    socket.once('error', (error) => end(answerIn(error)));
  });
}

/** Whatever comes from that port is an answer: the socket takes nothing else. */
function overUdp({ name, address, port }: GossipMember, { from, key, signal }: ProbeFrom): Promise<ProbeAnswer> {
  const packet = gossipPing(name, key);
  return new Promise((resolve) => {
    const socket = createSocket(isIPv6(address) ? 'udp6' : 'udp4');
    const timers: NodeJS.Timeout[] = [];
    let ended = false;
    const end = (answer: ProbeAnswer): void => {
      if (ended) return;
      ended = true;
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', giveUp);
      socket.close();
      resolve(answer);
    };
    const giveUp = (): void => end('silent');
    const failed = (error: Error | null | undefined): void => (error ? end(answerIn(error)) : undefined);
    signal.addEventListener('abort', giveUp, { once: true });
    timers.push(setTimeout(giveUp, PROBE_MS));
    socket.on('message', () => end('answered'));
    socket.on('error', failed);
    socket.bind({ port: 0, address: from }, () =>
      // Node tells it of a failure, too.
      socket.connect(port, address, (error?: Error) => {
        if (error) return end(answerIn(error));
        for (const at of PINGS_AT) timers.push(setTimeout(() => socket.send(packet, failed), at));
      }),
    );
  });
}

const ANSWERS: Readonly<Record<string, ProbeAnswer>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'refused',
  EHOSTUNREACH: 'no-route',
  ENETUNREACH: 'no-route',
  // From an address of loopback nothing leaves the computer.
  EINVAL: 'no-route',
  EADDRNOTAVAIL: 'no-route',
};

function answerIn(error: Error): ProbeAnswer {
  return ANSWERS[(error as NodeJS.ErrnoException).code ?? ''] ?? 'silent';
}
