import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closeServer, type Listening } from '@nomadctl/base/servers/listening';

const ADDRESSES = ['127.0.0.1', '::1'];
const TRIES = 20;

/**
 * Listens on both loopback addresses of this computer, at the same port. Names under `.localhost` mean both to browsers, and another user's
 * program must not get what is for us.
 * @param port 0: any that is free on both
 * @throws the system's error, such as `EADDRINUSE`
 */
export async function listenHere(port: number, prepare: (server: Server) => void): Promise<Listening> {
  for (let tried = 1; ; tried += 1) {
    const servers: Server[] = [];
    const close = async (): Promise<void> => {
      for (const server of servers) await closeServer(server);
    };
    try {
      for (const address of ADDRESSES) {
        const server = createServer();
        prepare(server);
        const chosen = (servers[0]?.address() as AddressInfo | undefined)?.port ?? port;
        if (await listens(server, { address, port: chosen })) servers.push(server);
      }
      return { port: (servers[0]?.address() as AddressInfo).port, close };
    } catch (error) {
      await close();
      if (port !== 0 || tried === TRIES || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
}

/** Whether this computer has the address at all: without IPv6, nobody has it. */
function listens(server: Server, { address, port }: { readonly address: string; readonly port: number }): Promise<boolean> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (address === '::1' && ['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(error.code ?? '')) resolve(false);
      else reject(error);
    });
    server.listen({ host: address, port, ipv6Only: true }, () => resolve(true));
  });
}
