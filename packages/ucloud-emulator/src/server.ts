import { createServer, type Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { closeServer } from '@nomadctl/base/servers/listening';
import type { Account } from './scope/accounts.js';
import { handleApi } from './http/api-handler.js';
import type { CloudClock } from './store/cloud-clock.js';
import { resetCloud, type Cloud } from './cloud/cloud.js';
import { handleControl } from './control/control.js';
import { CONTROL_PATH } from './control/control-routes.js';
import type { Faults } from './scope/faults.js';
import { openCloud, type EmulatorOptions } from './cloud/open-cloud.js';
import { DEFAULT_REGION, findRegion } from './scope/regions.js';
import type { RequestLog } from './cloud/request-log.js';

export type { EmulatorOptions };

export interface Emulator {
  /** For `base_url`, as this computer reaches it: `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  readonly accounts: readonly Account[];
  /** What a client needs to begin. */
  readonly credentials: Credentials;
  readonly clock: CloudClock;
  readonly faults: Faults;
  readonly requests: RequestLog;
  reset(): void;
  /** May be called again. */
  close(): Promise<void>;
}

export interface Credentials {
  readonly publicKey: string;
  readonly privateKey: string;
  readonly projectId: string;
  readonly region: string;
  readonly zone: string;
}

/** A client gets so long for its headers: ten thousand slow ones must not keep others out. */
const HEADERS_MS = 5000;
const REQUEST_MS = 30_000;

/**
 * A UCloud of one's own, over HTTP.
 * @throws ConfigError or LockedError when the data folder can not be used, PrerequisiteError when the port is taken or hosts
 * can not run here.
 */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const cloud = await openCloud(options);
  const server = createServer(
    { headersTimeout: HEADERS_MS, requestTimeout: REQUEST_MS, connectionsCheckingInterval: 1000, keepAliveTimeout: 30_000 },
    (request, response) => {
      const handle = request.url?.startsWith(CONTROL_PATH) ? handleControl : handleApi;
      void handle(request, response, cloud).catch(cloud.onBug);
    },
  );
  server.on('clientError', refuseGarbage);
  const host = options.host ?? '127.0.0.1';
  await listen(server, { host, port: options.port ?? 0 }).catch(async (error: unknown) => {
    await closeCloud(cloud);
    throw error;
  });
  const { port } = server.address() as AddressInfo;
  let closing: Promise<void> | undefined;
  return {
    url: urlOf(EVERYWHERE[host] ?? host, port),
    port,
    accounts: cloud.accounts,
    credentials: credentialsOf(cloud.accounts),
    clock: cloud.clock,
    faults: cloud.faults,
    requests: cloud.log,
    reset: () => resetCloud(cloud),
    close: () => (closing ??= close(server, cloud)),
  };
}

/** Where this computer reaches what listens on all of its addresses. */
const EVERYWHERE: Readonly<Record<string, string>> = { '0.0.0.0': '127.0.0.1', '::': '::1' };

function urlOf(address: string, port: number): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${port}`;
}

async function close(server: Server, cloud: Cloud): Promise<void> {
  await closeServer(server);
  await closeCloud(cloud);
}

async function closeCloud({ machines, store }: Cloud): Promise<void> {
  try {
    await machines.close();
  } finally {
    await store.close();
  }
}

function credentialsOf(accounts: readonly Account[]): Credentials {
  const [account] = accounts;
  const [key] = account?.keys ?? [];
  const region = key?.regions?.[0] ?? DEFAULT_REGION;
  return {
    publicKey: key?.publicKey ?? '',
    privateKey: key?.privateKey ?? '',
    projectId: key?.projects?.[0] ?? account?.projects[0]?.id ?? '',
    region,
    zone: findRegion(region)?.zones[0] ?? '',
  };
}

async function listen(server: Server, { host, port }: { readonly host: string; readonly port: number }): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    // Many clients may knock at once: the default backlog of 511 drops some of a thousand.
    server.listen({ host, port, backlog: 4096 }, resolve);
  }).catch((cause: NodeJS.ErrnoException) => {
    const isPort = cause.code === 'EADDRINUSE' || cause.code === 'EACCES';
    throw new PrerequisiteError(`Cannot listen on ${host}:${port}`, {
      code: isPort ? 'emulator-port' : 'emulator-host',
      cause,
      why: cause.code === 'EADDRINUSE' ? 'another program listens there' : cause.message,
      next: nomadctl`emulator ${isPort ? ['--port', '0'] : ['--host', '127.0.0.1']}`,
    });
  });
}

const GARBAGE: Readonly<Record<string, string>> = {
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
};

function refuseGarbage(error: NodeJS.ErrnoException, socket: Socket): void {
  if (socket.writable)
    socket.end(`HTTP/1.1 ${GARBAGE[error.code ?? ''] ?? '400 Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
  // A client that does not take the answer shall not stay.
  setTimeout(() => socket.destroy(), 1000).unref();
}
