import { connect, type Socket } from 'node:net';
import type { BalancedBackend, BalancedListener } from './balanced-listener.js';
import { createChooser, type Choice } from './choose-backend.js';
import type { HealthWatch } from './watch-health.js';

/** Milliseconds until another backend is tried. */
const PATIENCE_MS = 2000;

export interface Reached {
  readonly backend: BalancedBackend;
  readonly socket: Socket;
}

export interface Wanted {
  readonly from: Choice['from'];
  /** Ids; absent: all of the listener's. */
  readonly among?: readonly string[] | undefined;
  /** Id of the backend that the client had before. */
  readonly preferred?: string | undefined;
}

/** Finds backends for the connections of one listener. Owns whose turn it is, and how many connections each has. */
export interface BackendReach {
  /** A connection to a backend that is well; one that does not take it is passed over. Undefined: none takes it. */
  reach(wanted: Wanted): Promise<Reached | undefined>;
}

export function reachBackends(
  current: () => BalancedListener,
  { health, localAddress }: { readonly health: HealthWatch; readonly localAddress: string | undefined },
): BackendReach {
  const chooser = createChooser();
  const busy = new Map<string, number>();
  const count = (id: string, more: number): void => void busy.set(id, (busy.get(id) ?? 0) + more);
  return {
    async reach({ from, among, preferred }) {
      const { backends, method } = current();
      let left = backends.filter(({ id }) => health.isWell(id) === true && (among?.includes(id) ?? true));
      while (left.length > 0) {
        const had = left.find(({ id }) => id === preferred);
        const backend = had ?? chooser.choose(left, { method, from, busy: (id) => busy.get(id) ?? 0 });
        if (!backend) return undefined;
        const socket = await connected(backend, localAddress);
        if (socket) {
          count(backend.id, 1);
          socket.once('close', () => count(backend.id, -1));
          return { backend, socket };
        }
        health.suspect(backend.id);
        left = left.filter(({ id }) => id !== backend.id);
      }
      return undefined;
    },
  };
}

function connected({ ip, port }: BalancedBackend, localAddress: string | undefined): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: ip, port, allowHalfOpen: true, ...(localAddress === undefined ? {} : { localAddress }) });
    const fail = (): void => {
      socket.destroy();
      resolve(undefined);
    };
    socket
      .setTimeout(PATIENCE_MS, fail)
      .once('error', fail)
      .once('connect', () => {
        socket.setTimeout(0);
        socket.off('error', fail);
        // Whoever takes it over listens for its end.
        socket.on('error', () => undefined);
        resolve(socket);
      });
  });
}
