import { request } from 'node:http';
import { connect } from 'node:net';
import type { BalancedBackend, Monitor } from './balanced-listener.js';

/** Milliseconds for an answer. */
const PATIENCE_MS = 2000;
const OK_BELOW = 400;

export interface CheckedBackend {
  readonly backend: Pick<BalancedBackend, 'ip' | 'port'>;
  readonly monitor: Monitor;
  /** Whom the backend sees; absent: whatever address the computer takes. */
  readonly localAddress?: string | undefined;
}

/** Whether a backend is well: with `Path` it answers a request with 2xx or 3xx, else it takes connections. Never throws. */
export async function checkBackend({ backend, monitor, localAddress }: CheckedBackend): Promise<boolean> {
  const to = { host: backend.ip, port: backend.port, ...(localAddress === undefined ? {} : { localAddress }) };
  return monitor.type === 'Path' ? answers(to, monitor) : takesConnections(to);
}

interface Way {
  readonly host: string;
  readonly port: number;
  readonly localAddress?: string;
}

function takesConnections(to: Way): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(to);
    const end = (isWell: boolean): void => {
      socket.destroy();
      resolve(isWell);
    };
    socket
      .setTimeout(PATIENCE_MS, () => end(false))
      .once('error', () => end(false))
      .once('connect', () => end(true));
  });
}

function answers(to: Way, { domain, path }: Monitor): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = request({ ...to, path: path === '' ? '/' : path, agent: false, ...(domain === '' ? {} : { headers: { host: domain } }) });
    const end = (isWell: boolean): void => {
      asked.destroy();
      resolve(isWell);
    };
    asked
      .setTimeout(PATIENCE_MS, () => end(false))
      .once('error', () => end(false))
      .once('response', ({ statusCode = 0 }) => end(statusCode >= 200 && statusCode < OK_BELOW))
      .end();
  });
}
