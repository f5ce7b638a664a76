import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer as createWeb, get, type Server as Web } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const nginx = requireTool('nginx');
const RELOADS = 6;

async function listening<S extends Server | Web>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** An instance that answers with its own port. */
function instance(): Promise<number> {
  const server: Web = createWeb((_, response) => void response.end(String((server.address() as AddressInfo).port)));
  return listening(server);
}

/** A file of the job in the catalogue, as Nomad would write it. */
function fileOf(name: string, port: number): string {
  const job = readFileSync(new URL('../golden/jobs/nginx.nomad.hcl', import.meta.url), 'utf8');
  const lines = new RegExp(`destination = "local/${name}"[^]*?<<-\\w+\\n([^]*?)\\n\\s*(?:EOT|SCRIPT)\\n`).exec(job)?.[1] ?? '';
  return `${lines}\n`
    .replaceAll('$${', '${')
    .replaceAll('{{ env `meta.address` }}', '127.0.0.1')
    .replaceAll('{{ env `NOMAD_PORT_http` }}', String(port))
    .replaceAll('{{ env `NOMAD_META_balances` }}', 'web');
}

const upstream = (...ports: readonly (number | string)[]): string =>
  `upstream instances { zone instances 1m; keepalive 64; ${ports.map((port) => `server 127.0.0.1:${port} max_fails=0;`).join(' ')} }
   map 1 $instances { default http://instances; } map 1 $served { default "${ports.join(' ')}"; }\n`;

interface Balancer {
  readonly port: number;
  readonly child: ChildProcess;
  readonly said: () => string;
  /** What consul-template does with a change, and what the script said. */
  change(to: string): Promise<string>;
  readonly path: (file: string) => string;
}

/** nginx as the job starts it, with what consul-template has rendered before. */
async function balancer(first: string): Promise<Balancer> {
  const folder = await tempHome();
  const free = createServer();
  const port = await listening(free);
  free.close();
  await once(free, 'close');
  const path = (file: string): string => join(folder, file);
  for (const file of ['nginx.conf', 'reload.sh', 'start.sh']) writeFileSync(path(file), fileOf(file, port));
  writeFileSync(path('upstream.conf'), first);
  const env = { ...process.env, NGINX_PROGRAM: nginx, NOMAD_TASK_DIR: folder };
  const child = spawn('/bin/sh', [path('start.sh')], { env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (chunk: string) => (said += chunk));
  onTestFinished(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  });
  await expect.poll(() => ask(port)).not.toBe('');
  const change = async (to: string): Promise<string> => {
    writeFileSync(path('upstream.conf'), to);
    const { stdout, stderr } = await promisify(execFile)('/bin/sh', [path('reload.sh')], { env });
    return stdout + stderr;
  };
  return { port, child, said: () => said, change, path };
}

/** Who answered; nothing for nobody. */
function ask(port: number): Promise<string> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, agent: false }, (reply) => void text(reply).then(resolve)).on('error', () => resolve(''));
  });
}

test.skipIf(!nginx)(
  'a reload of nginx costs no request, and its first one after it is for the new instance',
  { timeout: 120_000 },
  async () => {
    const [old = 0, ...fresh] = await Promise.all(Array.from({ length: 4 }, instance));
    const at = await balancer(upstream(old));
    let ends = false;
    const lost: string[] = [];
    let asked = 0;
    const load = async (): Promise<void> => {
      for (; !ends; asked++) {
        const answer = await ask(at.port);
        if (!/^\d+$/.test(answer)) lost.push(answer);
      }
    };
    const loads = [load(), load(), load()];
    for (let reload = 0; reload < RELOADS; reload++) {
      const newest = fresh[reload % fresh.length] as number;
      // Those of before take requests until they are told: without that for a tenth of a second.
      expect(await at.change(upstream(newest))).toMatch(/^reload \d+$/m);
      await expect.poll(() => ask(at.port)).toBe(String(newest));
    }
    ends = true;
    await Promise.all(loads);
    expect(lost).toEqual([]);
    expect(asked).toBeGreaterThan(RELOADS);
    expect(at.child.exitCode).toBeNull();
  },
);

test.skipIf(!nginx)('what nginx refuses changes nothing, also when it is started anew', { timeout: 60_000 }, async () => {
  const [one = 0, two = 0] = await Promise.all([instance(), instance()]);
  const at = await balancer(upstream(one));
  expect(await at.change(upstream('no port'))).toMatch(/^refused, so the last good upstream stays: .*invalid parameter/);
  expect(await ask(at.port)).toBe(String(one));
  expect(readFileSync(at.path('upstream.conf'), 'utf8')).toBe(upstream(one));
  expect(readFileSync(at.path('upstream.refused'), 'utf8')).toBe(upstream('no port'));
  expect(await at.change(upstream(two))).toMatch(/^reload 1$/m);
  await expect.poll(() => ask(at.port)).toBe(String(two));

  // Nothing that was ever good: the page that says so, and whatever comes later.
  const none = await balancer(upstream('no port'));
  expect(none.said()).toMatch(/refused, so the last good upstream stays/);
  expect(await ask(none.port)).toBe('no instance of web is well\n');
  expect(await none.change(upstream(two))).toMatch(/^reload 1$/m);
  await expect.poll(() => ask(none.port)).toBe(String(two));
  expect(existsSync(none.path('upstream.good'))).toBe(true);
});
