import { createServer } from 'node:net';

const held = new Set<string>();

/**
 * Takes a port until this process ends, however it ends; false when another process has it. The kernel decides between
 * processes of all users, where a file could only be seen by those of one.
 */
export function holdPort(address: string, port: number): Promise<boolean> {
  const name = `${address}:${port}`;
  if (held.has(name)) return Promise.resolve(true);
  return new Promise((resolve) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', () => resolve(false));
    server.listen({ host: address, port, exclusive: true }, () => {
      held.add(name);
      server.unref();
      resolve(true);
    });
  });
}

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
