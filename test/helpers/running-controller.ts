import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { createInterface } from 'node:readline';
import { expect } from 'vitest';
import type { Operation } from '../../src/tenants/records.js';
import type { Lab } from './lab.js';
import type { RunningCli } from './run-cli.js';

export interface Asking {
  readonly body?: object;
  readonly key?: string;
  readonly bearer?: string;
}

export interface Reply {
  readonly status: number;
  readonly body: { error?: { code: string; next: string }; operation?: Operation; url?: string; state?: string };
}

/** `nomadctl controller serve` over HTTPS, with its worker. */
export interface RunningController extends RunningCli {
  readonly lines: readonly Readonly<Record<string, unknown>>[];
  /** Of the worker that leads now; waits until one does. */
  workerPid(): Promise<number>;
  call(method: string, path: string, asking?: Asking): Promise<Reply>;
  /** What it answers once an operation has ended. */
  ended(operation: Operation | undefined, bearer: string): Promise<string | undefined>;
}

export async function startController(lab: Lab, bearer: string): Promise<RunningController> {
  const running = lab.start(['controller', 'serve', '--listen', '127.0.0.1:0', '--tls', 'cluster'], { timeoutMs: 300_000 });
  const lines: Record<string, unknown>[] = [];
  createInterface({ input: running.child.stdout as NodeJS.ReadableStream }).on('line', (line) => lines.push(JSON.parse(line) as never));
  const url = (): unknown => lines.find(({ event }) => event === 'listening')?.['url'];
  await expect.poll(url, { timeout: 25_000 }).toMatch(/^https:/);
  const { hostname: host, port } = new URL(String(url()));
  const ca = readFileSync(lab.paths().ca, 'utf8');
  const call: RunningController['call'] = (method, path, { body, key, bearer: given = bearer } = {}) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${given}`, ...(key === undefined ? {} : { 'idempotency-key': key }) };
      const asking = request({ method, path, host, port, ca, headers, agent: false }, (reply) => {
        let text = '';
        reply.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
        reply.on('end', () => resolve({ status: reply.statusCode ?? 0, body: JSON.parse(text) as Reply['body'] }));
      });
      asking.on('error', reject).end(body && JSON.stringify(body));
    });
  return {
    ...running,
    lines,
    call,
    async workerPid() {
      const leading = (): Record<string, unknown> | undefined => lines.findLast(({ event }) => event === 'leader' || event === 'worker');
      await expect.poll(() => leading()?.['leads'], { timeout: 60_000 }).toBe(true);
      return Number(/-(\d+)-\w+$/.exec(String(leading()?.['name']))?.[1]);
    },
    async ended(operation, of) {
      let state: string | undefined;
      const look = async (): Promise<boolean> => {
        ({ state } = (await call('GET', `/v1/operations/${operation?.id}`, { bearer: of })).body);
        return state === 'succeeded' || state === 'failed';
      };
      await expect.poll(look, { timeout: 120_000, interval: 250 }).toBe(true);
      return state;
    },
  };
}
