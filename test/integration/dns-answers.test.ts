import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { consulConfig } from '../../src/agents/config/consul-config.js';
import { DEFAULT_PORTS } from '../../src/cluster/agent-ports.js';
import { askDns } from '../../src/names/ask-dns.js';
import { askDnsRaw, type At } from '../helpers/ask-dns-raw.js';
import { requireTool } from '../helpers/require-tool.js';

const consul = requireTool('consul');

/** As all agents of ours are told, and as Consul is where nobody tells it anything. */
const FACTS = { name: 'n', datacenter: 'dc1', address: '127.0.0.1', bootstrapExpect: 1, ports: DEFAULT_PORTS };
const OURS = consulConfig(FACTS as unknown as Parameters<typeof consulConfig>[0], 'server')['dns_config'];

/** An agent with so many instances, each with an address of its own. */
async function agentWith(instances: number, dns: unknown): Promise<At> {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-dns-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  // Addresses of loopback that nobody else has: clusters are on 127.0.
  const address = `127.${randomInt(100, 250)}.${randomInt(1, 255)}.${randomInt(1, 255)}`;
  const services = Array.from({ length: instances }, (_, n) => ({
    id: `bot-${n}`,
    name: 'bot',
    port: 9000 + n,
    address: `127.0.8.${n + 1}`,
  }));
  const ports = { serf_wan: -1, grpc: -1, grpc_tls: -1 };
  const file = join(folder, 'agent.json');
  writeFileSync(file, JSON.stringify({ ports, services, ...(dns === undefined ? {} : { dns_config: dns }) }));
  const child = spawn(consul ?? '', ['agent', '-dev', '-bind', address, '-client', address, '-config-file', file], { stdio: 'ignore' });
  onTestFinished(() => void child.kill('SIGKILL'));
  const at = { address, port: DEFAULT_PORTS.consulDns };
  const all = { name: 'bot.service.consul', type: 1, over: 'tcp' } as const;
  await vi.waitFor(async () => expect((await askDnsRaw(at, all)).answers).toBe(instances), { timeout: 15_000, interval: 50 });
  return at;
}

test.skipIf(consul === undefined)(
  'libraries without EDNS see all instances, where Consul by itself shows three and says nothing',
  async () => {
    const [plain, five, forty] = await Promise.all([agentWith(5, undefined), agentWith(5, OURS), agentWith(40, OURS)]);
    const ask = (at: At, more: { type?: 1 | 33; over?: 'tcp'; edns?: number } = {}) =>
      askDnsRaw(at, { name: 'bot.service.consul', type: 33, ...more });
    expect(await ask(plain)).toEqual({ answers: 3, code: 0, truncated: false });
    expect((await askDns(plain, 'bot.service.consul')).addresses).toHaveLength(3);
    expect(await ask(five)).toEqual({ answers: 5, code: 0, truncated: false });
    expect(await ask(five, { type: 1 })).toEqual({ answers: 5, code: 0, truncated: false });
    // What does not fit is fetched: over TCP, or with EDNS.
    expect((await ask(forty)).truncated).toBe(true);
    expect((await ask(forty, { type: 1 })).truncated).toBe(true);
    expect(await ask(forty, { over: 'tcp' })).toMatchObject({ answers: 40, truncated: false });
    expect(await ask(forty, { edns: 8192 })).toMatchObject({ answers: 40, truncated: false });
    expect((await askDns(forty, 'bot.service.consul')).addresses).toHaveLength(40);
  },
);
