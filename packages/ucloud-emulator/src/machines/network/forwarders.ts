import { connect, createServer, type Server, type Socket } from 'node:net';
import { mapBounded, PROCESSES_AT_ONCE } from '@nomadctl/base/map-bounded';
import { acceptsTcp, inOrder, type PacketRule } from './firewall-rules.js';
import type { Exposure } from './network-plan.js';

/** EIPs without iptables, where the emulator is not root: a server of our own for each TCP port that a firewall accepts. */
export interface Forwarders {
  /** @returns what could not be had, with the reason. */
  apply(exposures: readonly Exposure[]): Promise<readonly string[]>;
  close(): Promise<void>;
}

interface Forwarder {
  readonly server: Server;
  readonly sockets: Set<Socket>;
  readonly port: number;
  exposure: Exposure;
  rules: readonly PacketRule[];
}

export function openForwarders(): Forwarders {
  const open = new Map<string, Forwarder>();
  /** They take nobody any more, and have some still: a firewall ends no connection. */
  const closed = new Set<Forwarder>();
  return {
    async apply(exposures) {
      const wanted = new Map<string, { readonly exposure: Exposure; readonly port: number }>(
        exposures.flatMap((exposure) => portsOf(exposure).map((port) => [`${exposure.eip}:${port}`, { exposure, port }] as const)),
      );
      const gone = [...open].filter(([key]) => !wanted.has(key));
      for (const [key, forwarder] of gone) {
        open.delete(key);
        closed.add(forwarder);
        forwarder.server.close(() => closed.delete(forwarder));
      }
      const isBound = ({ exposure }: Forwarder): boolean =>
        exposures.some(({ eip, privateIp }) => eip === exposure.eip && privateIp === exposure.privateIp);
      await mapBounded(
        [...closed].filter((forwarder) => !isBound(forwarder)),
        PROCESSES_AT_ONCE,
        stop,
      );
      const problems = exposures.flatMap(refusedOf);
      for (const [key, { exposure, port }] of wanted) {
        const forwarder = open.get(key);
        if (forwarder) readjust(forwarder, exposure);
        else await start(exposure, port).then((started) => open.set(key, started), collect(problems, key));
      }
      return problems;
    },
    async close() {
      await mapBounded([...open.values(), ...closed], PROCESSES_AT_ONCE, stop);
      open.clear();
    },
  };
}

/** TCP ports that some rule accepts, one by one. */
function portsOf({ rules }: Exposure): number[] {
  const single = inOrder(rules).filter(({ protocol, ports, accepts }) => accepts && protocol === 'tcp' && ports?.from === ports?.to);
  return [...new Set(single.map(({ ports }) => ports?.from ?? 0))];
}

/** Pings need nobody: every address of the loopback network answers them. */
function refusedOf({ eip, rules }: Exposure): string[] {
  return inOrder(rules)
    .filter(({ protocol, ports, accepts }) => accepts && protocol !== 'icmp' && (protocol !== 'tcp' || ports?.from !== ports?.to))
    .map(({ protocol, ports }) => {
      const which = ports ? `${protocol} ${ports.from}${ports.to === ports.from ? '' : `-${ports.to}`}` : protocol;
      return `${which} of ${eip} stays closed: without root only single TCP ports are forwarded`;
    });
}

function collect(problems: string[], key: string): (error: NodeJS.ErrnoException) => void {
  return ({ code, message }) => {
    const why = code === 'EACCES' ? 'without root low ports can not be listened on (sysctl net.ipv4.ip_unprivileged_port_start)' : message;
    problems.push(`${key} stays closed: ${why}`);
  };
}

async function start(exposure: Exposure, port: number): Promise<Forwarder> {
  const server = createServer({ allowHalfOpen: true });
  const forwarder: Forwarder = { server, sockets: new Set(), port, exposure, rules: inOrder(exposure.rules) };
  server.on('connection', (socket) => {
    if (isAccepted(forwarder, socket)) forward(forwarder, socket);
    else socket.destroy();
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: exposure.eip, port }, resolve);
  });
  return forwarder;
}

function forward({ exposure, port, sockets }: Forwarder, socket: Socket): void {
  const far = connect({ host: exposure.privateIp, port, allowHalfOpen: true });
  const end = (): void => {
    socket.destroy();
    far.destroy();
    sockets.delete(socket);
  };
  sockets.add(socket);
  for (const one of [socket, far]) one.on('error', end).on('close', end);
  socket.pipe(far).pipe(socket);
}

/** Of a holder that changed the connections end, and not of a firewall that did: https://docs.ucloud.cn/unet/faq/firewall */
function readjust(forwarder: Forwarder, exposure: Exposure): void {
  const isElsewhere = exposure.privateIp !== forwarder.exposure.privateIp;
  forwarder.exposure = exposure;
  forwarder.rules = inOrder(exposure.rules);
  if (isElsewhere) for (const socket of forwarder.sockets) socket.destroy();
}

const isAccepted = ({ rules, port }: Forwarder, { remoteAddress = '' }: Socket): boolean =>
  acceptsTcp(rules, { from: remoteAddress, port });

async function stop({ server, sockets }: Forwarder): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  for (const socket of sockets) socket.destroy();
  await closed;
}
