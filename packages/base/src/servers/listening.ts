import { once } from 'node:events';
import type { Server as PlainServer } from 'node:http';
import type { Server as SecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { PrerequisiteError } from '../errors.js';
import type { Hint } from '../hint/hint.js';
import { reasonOf } from '../reason.js';

/** A server of ours that listens. */
export interface Listening {
  readonly port: number;
  /** Connections that are open end with it. */
  close(): Promise<void>;
}

export interface ListenRequest {
  /** IPv6 without brackets. */
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** For the refusal: `the mirror`. */
  readonly what: string;
  /** What to do where it cannot listen there. */
  readonly next: Hint;
}

/** @throws PrerequisiteError `port-taken` */
export async function listenAt(server: PlainServer | SecureServer, { host, port, what, next }: ListenRequest): Promise<Listening> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (cause) {
    throw new PrerequisiteError(`${what} cannot listen on ${host}:${port}`, { code: 'port-taken', why: reasonOf(cause), next, cause });
  }
  return { port: (server.address() as AddressInfo).port, close: () => closeServer(server) };
}

/** With the connections that are kept open: a server waits for them otherwise. */
export async function closeServer(server: PlainServer | SecureServer): Promise<void> {
  await new Promise<void>((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** Whether only this computer reaches what listens there. */
export function isLoopback(host: string): boolean {
  return /^(127\.\d+\.\d+\.\d+|::1|localhost)$/.test(host);
}
