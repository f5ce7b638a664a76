import { execFile, execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { promisify } from 'node:util';
import { expect, onTestFinished, test, vi } from 'vitest';
import { readLegs } from '../../src/proxy/proxy-legs.js';
import { proxiedServers, runningProxy, startProxy, stopProxy } from '../../src/proxy/proxy-process.js';
import { requireTool } from '../helpers/require-tool.js';
import { tempHome } from '../helpers/temp-home.js';
import { createTestContext } from '../helpers/test-context.js';

const haproxy = requireTool('haproxy');
const able = haproxy !== undefined && process.getuid?.() === 0 && process.platform === 'linux';
const run = promisify(execFile);

interface Leg {
  readonly card: string;
  readonly address: string;
  /** What curl prints, asked from that network: the status, or 000 where nobody answers. */
  ask(address: string, port: number, path?: string): Promise<string>;
}

/** A network with one computer in it besides this one, which is its way to everywhere. */
function leg(word: string, range: string): Leg {
  const name = `nm${word}${randomBytes(3).toString('hex')}`;
  const [card, address] = [`${name}`.slice(0, 14), `${range}.1`];
  const ip = (...words: readonly string[]): void => void execFileSync('ip', words);
  ip('netns', 'add', name);
  onTestFinished(() => ip('netns', 'del', name));
  ip('link', 'add', card, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
  ip('addr', 'add', `${address}/24`, 'dev', card);
  ip('link', 'set', card, 'up');
  ip('-n', name, 'addr', 'add', `${range}.2/24`, 'dev', 'eth0');
  ip('-n', name, 'link', 'set', 'eth0', 'up');
  ip('-n', name, 'route', 'add', 'default', 'via', address);
  const ask = async (to: string, port: number, path = '/v1/status/leader'): Promise<string> => {
    const words = ['netns', 'exec', name, 'curl', '-s', '-m', '5', '-o', '/dev/null', '-w', '%{http_code}', `http://${to}:${port}${path}`];
    return (await run('ip', words).catch(({ stdout }: { stdout: string }) => ({ stdout }))).stdout;
  };
  return { card, address, ask };
}

/** A server of Consul as far as a proxy sees one. Slow answers say when they were asked for. */
async function server(leader: () => string): Promise<Server> {
  const made = createServer(({ url }, reply) => void setTimeout(() => reply.end(JSON.stringify(leader())), url === '/slow' ? 1500 : 0));
  await new Promise<void>((resolve) => void made.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void made.close());
  return made;
}

test.skipIf(!able)(
  'networks reach the agents by their own card alone, servers without a leader are left out, and reloads cut nothing',
  async () => {
    const dir = await tempHome();
    const ctx = await createTestContext();
    const third = 160 + ((randomBytes(1)[0] ?? 0) % 80);
    const [management, office, street] = [leg('m', `10.231.${third}`), leg('o', `10.232.${third}`), leg('s', `10.233.${third}`)];
    const leaders = ['127.0.0.1:8300', ''];
    const servers = await Promise.all(leaders.map((_, index) => server(() => leaders[index] ?? '')));
    const addresses = servers.map((one) => `127.0.0.1:${(one.address() as AddressInfo).port}`);
    const [consul, nomad] = [21_000 + third, 22_000 + third];
    const legs = readLegs([management.card, `${office.card}=consul`], networkInterfaces());
    const backends = [
      { program: 'consul' as const, port: consul, servers: addresses },
      { program: 'nomad' as const, port: nomad, servers: addresses.slice(0, 1) },
    ];
    const place = { dir, program: haproxy as string, ctx };
    onTestFinished(async () => void (await stopProxy(dir)));
    expect(await startProxy(place, { legs, backends })).toBe(false);

    await vi.waitFor(async () => {
      const known = (await proxiedServers(dir)).map(({ name, isUp }) => [name, isUp]);
      expect(known).toEqual([
        ['consul-1', true],
        ['consul-2', false],
        ['nomad-1', true],
      ]);
    }, 15_000);
    const asked = [management, office, street].flatMap((from) => [
      from.ask(management.address, consul),
      from.ask(management.address, nomad),
      from.ask(office.address, consul),
      from.ask(office.address, nomad),
    ]);
    expect(await Promise.all(asked)).toEqual(['200', '200', '000', '000', '000', '000', '200', '000', '000', '000', '000', '000']);

    // What was asked for before goes through all of them.
    const slow = management.ask(management.address, consul, '/slow');
    for (let round = 0; round < 3; round++) {
      expect(await startProxy(place, { legs, backends })).toBe(true);
      expect(await management.ask(management.address, consul)).toBe('200');
    }
    expect(await slow).toBe('200');

    // The leader is elsewhere now.
    leaders.reverse();
    await vi.waitFor(async () => {
      expect((await proxiedServers(dir)).filter(({ name }) => name.startsWith('consul')).map(({ isUp }) => isUp)).toEqual([false, true]);
    }, 15_000);
    expect(await management.ask(management.address, consul)).toBe('200');
    expect(await stopProxy(dir)).toBe(true);
    expect(await runningProxy(dir)).toBeUndefined();
  },
);
