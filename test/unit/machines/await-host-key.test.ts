import { expect, test } from 'vitest';
import type { CatalogNode, ConsulMember } from '../../../src/clients/consul/consul-replies.js';
import { awaitHostKey } from '../../../src/machines/await-host-key.js';

const host = { name: 'client-1', privateIp: '10.81.0.11' };
const member: ConsulMember = { name: host.name, address: host.privateIp, port: 8301, role: 'client', status: 'alive' };
const node = (meta: Readonly<Record<string, string>>): CatalogNode => ({ id: 'e7f0', name: host.name, address: host.privateIp, meta });

/** A host whose key is known from that many milliseconds on. */
async function wait({ knownAfterMs = Infinity, members = [member], nodes = [] as readonly CatalogNode[] } = {}) {
  let now = 0;
  const notes: string[] = [];
  const known = await awaitHostKey({
    host,
    learn: async () => (now >= knownAfterMs ? [] : [host.name]),
    consul: { members: async () => [...members], catalogNodes: async () => [...nodes] },
    clock: { now: () => now, sleep: async (ms) => void (now += ms) },
    signal: new AbortController().signal,
    note: (text) => void notes.push(text),
  });
  return { known, seconds: now / 1000, notes };
}

test('a key that is known is not waited for', async () => {
  expect(await wait({ knownAfterMs: 0 })).toEqual({ known: true, seconds: 0, notes: [] });
});

test('a member that has not told anything yet is waited for, and that is said once', async () => {
  const { notes, ...rest } = await wait({ knownAfterMs: 30_000, nodes: [node({ 'consul-version': '1.22.0' })] });
  expect(rest).toEqual({ known: true, seconds: 30 });
  expect(notes).toEqual([expect.stringContaining('client-1')]);
});

test('a key that comes between two looks is found', async () => {
  const told = [node({ role: 'client', ssh_host_ed25519: 'ssh-ed25519 AAAA' })];
  let looks = 0;
  const known = await awaitHostKey({
    host,
    learn: async () => (++looks === 1 ? [host.name] : []),
    consul: { members: async () => [member], catalogNodes: async () => told },
    clock: { now: () => 0, sleep: async () => undefined },
    signal: new AbortController().signal,
    note: () => undefined,
  });
  expect([known, looks]).toEqual([true, 2]);
});

test('the wait ends', async () => {
  expect(await wait()).toMatchObject({ known: false, seconds: 75 });
});

test.each([
  ['no member', { members: [] }],
  ['failed', { members: [{ ...member, status: 'failed' as const }] }],
  ['a member under the address of its predecessor', { members: [{ ...member, address: '10.81.0.99' }] }],
  ['silent about its key, though it has told the rest', { nodes: [node({ role: 'client' })] }],
])('a host that is %s is not waited for', async (_, seen) => {
  expect(await wait(seen)).toEqual({ known: false, seconds: 0, notes: [] });
});
