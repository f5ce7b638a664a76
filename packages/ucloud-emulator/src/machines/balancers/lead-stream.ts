import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { BackendReach } from './reach-backend.js';

/** Leads one connection to a backend and back, byte by byte. It ends at once where no backend takes it. */
export async function leadStream(near: Socket, reach: BackendReach, idleMs: number): Promise<void> {
  near.on('error', () => near.destroy());
  const { remoteAddress: address = '', remotePort: port = 0 } = near;
  const reached = await reach.reach({ from: { address, port } });
  if (!reached) return void near.destroy();
  if (near.destroyed) return void reached.socket.destroy();
  if (idleMs > 0) near.setTimeout(idleMs, () => near.destroy());
  join(near, reached.socket);
}

/** Both ways; when one side breaks off, the other one does. */
export function join(near: Duplex, far: Duplex): void {
  near.on('close', () => far.destroy()).on('error', () => far.destroy());
  far.on('close', () => near.destroy()).on('error', () => near.destroy());
  near.pipe(far).pipe(near);
}
