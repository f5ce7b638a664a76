import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer as createWeb, get, type Server as Web } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';

const haproxy = requireTool('haproxy');
const INSTANCES = 200;
/** Who asks at a time, by health checks too: all instances are one server of this process. */
const AT_ONCE = 20;

/** At a port of the computer's choice, taken down with the test. */
async function listening<S extends Server | Web>(server: S): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

/** What Consul answers about instances of one address, as SRV records with an address each (RFC 1035, RFC 2782). */
function answerTo(query: Buffer, ports: readonly number[]): Buffer {
  const question = query.subarray(12, query.indexOf(0, 12) + 5);
  const target = Buffer.from('\x087f000001\x04addr\x03dc1\x06consul\x00', 'latin1');
  const record = (owner: Buffer, type: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(10);
    head.writeUInt16BE(type, 0);
    head.writeUInt16BE(1, 2);
    head.writeUInt16BE(data.length, 8);
    return Buffer.concat([owner, head, data]);
  };
  const srv = ports.map((port) => {
    const place = Buffer.alloc(6);
    place.writeUInt16BE(1, 0);
    place.writeUInt16BE(1, 2);
    place.writeUInt16BE(port, 4);
    return record(Buffer.from([0xc0, 12]), 33, Buffer.concat([place, target]));
  });
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  head.writeUInt16BE(0x8580, 2);
  [1, srv.length, 0, srv.length].forEach((count, index) => head.writeUInt16BE(count, 4 + 2 * index));
  return Buffer.concat([head, question, ...srv, ...srv.map(() => record(target, 1, Buffer.from([127, 0, 0, 1])))]);
}

/** Consul's DNS over TCP: nobody is there for datagrams, in which all of this has no room. */
function names(ports: readonly number[]): Server {
  return createServer((socket) => {
    let seen = Buffer.alloc(0);
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      seen = Buffer.concat([seen, chunk]);
      while (seen.length >= 2 && seen.length >= 2 + seen.readUInt16BE(0)) {
        const end = 2 + seen.readUInt16BE(0);
        const answer = answerTo(seen.subarray(2, end), ports);
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
        seen = seen.subarray(end);
      }
    });
  });
}

/** haproxy.cfg of the job in the catalogue, as Nomad would write it. */
function configuration({ dns, port }: { dns: number; port: number }): string {
  const job = readFileSync(new URL('../golden/jobs/haproxy.nomad.hcl', import.meta.url), 'utf8');
  const config = /destination = "local\/haproxy\.cfg"[^]*?<<-EOT\n([^]*?)\n\s*EOT/.exec(job)?.[1] ?? '';
  return `${config}\n`
    .replaceAll('{{ env `meta.address` }}', '127.0.0.1')
    .replaceAll('{{ env `NOMAD_PORT_http` }}', String(port))
    .replaceAll('{{ env `NOMAD_META_balances` }}', 'web')
    .replace('tcp@127.0.0.1:8600', `tcp@127.0.0.1:${dns}`);
}

test.skipIf(!haproxy)('the haproxy of the catalogue serves 200 instances, each of them', { timeout: 120_000 }, async () => {
  const ports = await Promise.all(
    Array.from({ length: INSTANCES }, async () => {
      const server: Web = createWeb((_, response) => void response.end(String((server.address() as AddressInfo).port)));
      return listening(server);
    }),
  );
  const dns = await listening(names(ports));
  const free = createServer();
  const port = await listening(free);
  free.close();
  await once(free, 'close');
  const file = join(await tempHome(), 'haproxy.cfg');
  writeFileSync(file, configuration({ dns, port }));
  const child = spawn(haproxy as string, ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const said = text(child.stderr);
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL');
    await said;
  });

  const ask = (): Promise<string> =>
    new Promise((resolve) => {
      get({ host: '127.0.0.1', port, agent: false }, (reply) => void text(reply).then(resolve)).on('error', () => resolve(''));
    });
  const found = new Set<string>();
  const round = async (): Promise<number> => {
    expect(child.exitCode, child.exitCode === null ? '' : await said).toBeNull();
    for (let asked = 0; asked < INSTANCES; asked += AT_ONCE)
      for (const answer of await Promise.all(Array.from({ length: AT_ONCE }, ask))) if (/^\d+$/.test(answer)) found.add(answer);
    return found.size;
  };
  await expect.poll(round, { timeout: 60_000 }).toBe(INSTANCES);
});
