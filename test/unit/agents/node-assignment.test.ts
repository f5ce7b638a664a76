import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, test, vi } from 'vitest';
import { createClaims } from '../../../packages/base/src/claims.js';
import { userFolder } from '../../../packages/base/src/user-folder.js';
import { assignmentProblem, assignNodes, holdsAddresses, releaseAddresses } from '../../../src/agents/node-assignment.js';
import { DEFAULT_PORTS } from '../../../src/cluster/agent-ports.js';
import type { NodeRecord } from '../../../src/agents/node-record.js';
import { nodesFor, type NodeName } from '../../../src/agents/topology.js';
import { slotClaims } from '../../helpers/slot-claims.js';

type Mode = 'addresses' | 'ports';

interface Asked {
  readonly mode?: Mode;
  readonly known?: readonly NodeRecord[];
  readonly formed?: boolean;
}

async function assign(slot: number, wanted: readonly NodeName[], { mode = 'addresses', known = [], formed = false }: Asked = {}) {
  return (await assignNodes({ owner: 'dev', mode, wanted, known, formed, claims: slotClaims(slot) })).nodes;
}

const sized = (servers: number, clients: number): NodeName[] => nodesFor({ servers, clients, splitRoles: false });
const MODES: readonly (readonly [Mode, number])[] = [
  ['addresses', 12],
  ['ports', 6],
];

/** All pairs that share a port; the one with the lower first port comes first. */
function overlaps(ranges: readonly (readonly [number, number])[]): string[] {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  return sorted.flatMap(([first, last], index) => {
    const next = sorted[index + 1];
    return next && next[0] <= last ? [`${first}-${last} and ${next[0]}-${next[1]}`] : [];
  });
}

describe.each(MODES)('clusters side by side, by %s', (mode, clusters) => {
  // All nodes hand out ports of 127.0.0.1, whatever their own address is.
  it.each([10, 50])('have nodes that never hand out the same port to tasks (%i nodes each)', async (size) => {
    const all = await Promise.all(Array.from({ length: clusters }, (_, slot) => assign(slot, sized(1, size - 1), { mode })));
    const ranges = all.flat().map(({ taskPorts }) => taskPorts);
    expect(ranges).toHaveLength(clusters * size);
    expect(overlaps(ranges)).toEqual([]);
    for (const [first, last] of ranges) expect(last - first + 1).toBeGreaterThanOrEqual(12);
  });

  it('have agents that never listen at the same place, nor where tasks may', async () => {
    const all = (await Promise.all(Array.from({ length: clusters }, (_, slot) => assign(slot, sized(3, 47), { mode })))).flat();
    const places = all.flatMap(({ address, ports }) => Object.values(ports).map((port) => `${address}:${port}`));
    expect(new Set(places).size).toBe(clusters * 50 * 8);
    const agents = mode === 'ports' ? all.flatMap(({ ports }) => Object.values(ports)) : [];
    for (const port of agents) expect(all.filter(({ taskPorts }) => taskPorts[0] <= port && port <= taskPorts[1])).toEqual([]);
  });
});

test('a cluster has a block of loopback, and each node an address of it with the usual ports', async () => {
  const nodes = await assign(3, sized(1, 1));
  expect(nodes).toEqual([
    { name: 'server-1', role: 'server', address: '127.0.67.1', ports: DEFAULT_PORTS, taskPorts: [23_000, 23_099], bootstrapExpect: 1 },
    { name: 'client-1', role: 'client', address: '127.0.67.2', ports: DEFAULT_PORTS, taskPorts: [23_100, 23_199], bootstrapExpect: 0 },
  ]);
});

test('without such addresses, every node has ports of its own', async () => {
  const [server, client] = await assign(2, sized(1, 1), { mode: 'ports' });
  expect([server?.address, client?.address]).toEqual(['127.0.0.1', '127.0.0.1']);
  expect([server?.ports.consulHttp, client?.ports.consulHttp]).toEqual([17_200, 17_208]);
});

test.each(MODES)('what a node was given stays, and a free place is given again (%s)', async (mode) => {
  const before = await assign(1, sized(1, 3), { mode });
  const fewer = before.filter(({ name }) => name !== 'client-2');
  const after = await assign(1, sized(1, 4), { mode, known: fewer, formed: true });
  const find = (nodes: readonly NodeRecord[], name: string) => nodes.find((node) => node.name === name);
  for (const name of ['server-1', 'client-1', 'client-3'])
    expect(find(after, name)).toEqual({ ...find(before, name), bootstrapExpect: find(after, name)?.bootstrapExpect });
  const { address, ports, taskPorts } = find(before, 'client-2') as NodeRecord;
  expect(find(after, 'client-2')).toMatchObject({ address, ports, taskPorts });
});

describe('servers wait at the first election', () => {
  it('for as many as there are', async () => {
    expect((await assign(0, sized(3, 1))).map(({ bootstrapExpect }) => bootstrapExpect)).toEqual([3, 3, 3, 0]);
    const known = await assign(0, sized(1, 0));
    expect((await assign(0, sized(3, 0), { known })).map(({ bootstrapExpect }) => bootstrapExpect)).toEqual([3, 3, 3]);
  });

  it('for as many as there are, too, when none of those that elected is left', async () => {
    expect((await assign(0, sized(3, 0), { formed: true })).map(({ bootstrapExpect }) => bootstrapExpect)).toEqual([3, 3, 3]);
  });

  it('for nobody once others have elected', async () => {
    const known = await assign(0, sized(1, 0));
    const after = await assign(0, sized(3, 0), { known, formed: true });
    expect(after.map(({ bootstrapExpect }) => bootstrapExpect)).toEqual([1, 0, 0]);
  });
});

test.each([
  ['no addresses yet', 0, false, 1],
  ['no address for client-2, client-3 yet', 2, false, 4],
  ['no longer in the cluster file: client-3', 4, false, 3],
])('is amiss: %s', async (problem, nodesThere, formed, nodesWanted) => {
  const known = nodesThere === 0 ? [] : await assign(5, sized(1, nodesThere - 1));
  const wanted = sized(1, nodesWanted - 1);
  expect(assignmentProblem({ owner: 'dev', wanted, known, formed, claims: slotClaims(5) })).toBe(problem);
});

test('is amiss: a change of mind about servers that have not elected, a lost reservation', async () => {
  const known = (await assign(5, sized(3, 0))).map((node) => ({ ...node, bootstrapExpect: 1 }));
  const problem = (formed: boolean, slot: number) =>
    assignmentProblem({ owner: 'dev', wanted: sized(3, 0), known, formed, claims: slotClaims(slot) });
  expect(problem(false, 5)).toBe('the number of servers has changed');
  const wanted = sized(3, 1);
  const unchanged = await assign(5, wanted);
  const problemOf = (nodes: readonly NodeRecord[]) =>
    assignmentProblem({ owner: 'dev', wanted, known: nodes, formed: false, claims: slotClaims(5) });
  expect(problemOf(unchanged)).toBeUndefined();
  expect(problemOf(unchanged.map((node, index) => (index === 1 ? { ...node, bootstrapExpect: 1 } : node)))).toBe(
    'the number of servers has changed',
  );
  expect(problem(true, 5)).toBeUndefined();
  expect(problem(true, 6)).toBe('the addresses are not reserved any more');
});

test('clusters with addresses leave the few ranges of ports to those that can only have ports', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nomadctl-claims-'));
  vi.stubEnv('TMPDIR', folder);
  try {
    const others = createClaims(join(userFolder(), 'claims'));
    const owners = Array.from({ length: 8 }, (_, index) => join(folder, `cluster-${index}`));
    for (const owner of owners) {
      mkdirSync(owner);
      await others.claim(owner, 180, () => Promise.resolve(true));
    }
    const owner = join(folder, 'ports');
    mkdirSync(owner);
    const { nodes } = await assignNodes({ owner, mode: 'ports', wanted: sized(1, 1), known: [], formed: false });
    expect(nodes[0]?.address).toBe('127.0.0.1');
    expect(holdsAddresses(owner)).toBe(true);
    const beside = await Promise.all(owners.map((_, slot) => assign(slot, sized(1, 1))));
    expect(overlaps([...nodes, ...beside.flat()].map(({ taskPorts }) => taskPorts))).toEqual([]);
    releaseAddresses(owner);
    expect([holdsAddresses(owner), holdsAddresses(owners[7] ?? '')]).toEqual([false, true]);
  } finally {
    vi.unstubAllEnvs();
    rmSync(folder, { recursive: true });
  }
});

test("a block that another user's run has just chosen is not chosen as well, though nothing listens there yet", async () => {
  // Whoever runs these tests beside us takes another one.
  const slot = 100 + randomInt(78);
  const script = `require('node:net').createServer().listen({ host: '127.0.${64 + slot}.1', port: 4640 }, () => console.log('held'))`;
  const other = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  const claim = async (_: string, __: number, accept: (candidate: number) => Promise<boolean>) => ((await accept(slot)) ? slot : slot + 1);
  const claims = { ...slotClaims(slot), claim };
  const chosen = async (): Promise<string | undefined> =>
    (await assignNodes({ owner: 'dev', mode: 'addresses', wanted: sized(1, 0), known: [], formed: false, claims })).nodes[0]?.address;
  try {
    await once(other.stdout, 'data');
    expect(await chosen()).toBe(`127.0.${64 + slot + 1}.1`);
  } finally {
    other.kill('SIGKILL');
    await once(other, 'exit');
  }
  expect(await chosen(), 'a run that was killed holds nothing').toBe(`127.0.${64 + slot}.1`);
});
