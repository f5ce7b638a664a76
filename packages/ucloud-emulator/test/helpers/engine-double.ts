import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import { tempHome } from '../../../../test/helpers/temp-home.js';

export interface EngineRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
}

export interface EngineAnswer {
  readonly status?: number;
  /** Text as it is; anything else as JSON. */
  readonly body?: unknown;
}

/** A container engine's API on a socket of the test's own, for what a real engine does not do on demand. @returns its address. */
export async function engineDouble(answer: (request: EngineRequest) => EngineAnswer | undefined): Promise<string> {
  const path = join(await tempHome(), 'engine.sock');
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '', 'http://engine');
    const body = await text(request);
    const given = answer({ method: request.method ?? '', path: url.pathname, query: url.searchParams, body });
    const { status = given ? 200 : 404, body: sent = { message: `no ${url.pathname} here` } } = given ?? {};
    response.writeHead(status).end(typeof sent === 'string' || Buffer.isBuffer(sent) ? sent : JSON.stringify(sent));
  };
  const server = createServer((request, response) => void handle(request, response));
  await new Promise<void>((resolve) => server.listen(path, resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `unix://${path}`;
}
