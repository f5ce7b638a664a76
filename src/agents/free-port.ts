import { createServer } from 'node:net';

/** Whether a program of ours could listen there now; `no-address` where the system does not have the address at all. */
export function portState(address: string, port: number): Promise<'free' | 'taken' | 'no-address' | 'forbidden'> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      resolve(error.code === 'EADDRNOTAVAIL' ? 'no-address' : error.code === 'EACCES' ? 'forbidden' : 'taken');
    });
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve('free')));
  });
}

export async function allFree(address: string, ports: readonly number[]): Promise<boolean> {
  const states = await Promise.all(ports.map((port) => portState(address, port)));
  return states.every((state) => state === 'free');
}
