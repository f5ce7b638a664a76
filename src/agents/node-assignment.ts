import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { createClaims, type Claims } from '@nomadctl/base/claims';
import { mapBounded, REQUESTS_AT_ONCE } from '@nomadctl/base/map-bounded';
import { userFolder } from '@nomadctl/base/user-folder';
import { allFree, holdPort, portState } from './free-port.js';
import { DEFAULT_PORTS, SECURED_PORTS, type AgentPorts } from '../cluster/agent-ports.js';
import { expectedVoters } from '../cluster/node-roles.js';
import type { NodeRecord } from './node-record.js';
import type { NodeName } from './topology.js';

/**
 * Chooses an address and ports for every node of a cluster, once: what a node has been given stays.
 * With `addresses`, each cluster has a block 127.0.<64 + slot>.0/24 of loopback and each node an address of it (Linux
 * answers on all of 127.0.0.0/8). With `ports`, everything is on 127.0.0.1, and each node has ports of its own.
 */
export interface Assignment {
  readonly mode: 'addresses' | 'ports';
  readonly nodes: readonly NodeRecord[];
}

export interface AssignRequest {
  /** The cluster's folder: what its claim names. */
  readonly owner: string;
  readonly mode: 'auto' | 'addresses' | 'ports';
  readonly wanted: readonly NodeName[];
  readonly known: readonly NodeRecord[];
  /** Whether the servers have elected before (formed.ts). */
  readonly formed: boolean;
  /** Whether the agents' APIs speak TLS: they have other ports then. */
  readonly secured?: boolean | undefined;
  readonly claims?: Claims;
}

const FIRST_BLOCK = 64;
const BLOCKS = 180;

/** @throws PrerequisiteError `addresses-taken` when no block is free. */
export async function assignNodes(request: AssignRequest): Promise<Assignment> {
  const mode = request.known.length > 0 ? modeOf(request.known) : await chooseMode(request.mode);
  const claims = request.claims ?? claimsOn(mode);
  const slot = request.known[0] ? await keepSlot(claims, request, mode) : await claimSlot(claims, request, mode);
  const taken = new Set(request.known.map((node) => seatOf(mode, node)));
  const nodes = request.wanted.map((name) => {
    const known = request.known.find((node) => node.name === name.name);
    // Servers that come later join the cluster that is there; only the first ones elect.
    const joins = request.formed && request.known.length > 0;
    const expect = joins ? (known?.bootstrapExpect ?? 0) : expectedVoters(name.role, request.wanted);
    if (known) return { ...known, bootstrapExpect: expect, ports: portsFor(known, mode, request) };
    const seat = firstFree(taken);
    taken.add(seat);
    return makeNode(name, { mode, slot, seat, expect, secured: request.secured });
  });
  return { mode, nodes };
}

/** What is amiss with an earlier assignment; nothing when `assignNodes` would come to the same. Read-only. */
export function assignmentProblem({ owner, wanted, known, formed, secured, claims }: Omit<AssignRequest, 'mode'>): string | undefined {
  const [first] = known;
  if (first === undefined) return 'no addresses yet';
  const without = wanted.filter(({ name }) => !known.some((node) => node.name === name));
  if (without.length > 0) return `no address for ${without.map(({ name }) => name).join(', ')} yet`;
  const surplus = known.filter(({ name }) => !wanted.some((node) => node.name === name));
  if (surplus.length > 0) return `no longer in the cluster file: ${surplus.map(({ name }) => name).join(', ')}`;
  if (!formed && known.some((node) => node.bootstrapExpect !== expectedVoters(node.role, wanted)))
    return 'the number of servers has changed';
  if (known.some((node) => !isDeepStrictEqual(node.ports, portsFor(node, modeOf(known), { formed, secured }))))
    return 'the agents are to have other ports';
  const mode = modeOf(known);
  return (claims ?? claimsOn(mode)).has(owner, slotOf(mode, first)) ? undefined : 'the addresses are not reserved any more';
}

/** Gives back what a cluster, named by its folder, has of this computer's loopback. */
export function releaseAddresses(owner: string): void {
  for (const mode of ['addresses', 'ports'] as const) claimsOn(mode).release(owner);
}

/** Whether a cluster, named by its folder, has a part of loopback reserved. */
export function holdsAddresses(owner: string): boolean {
  return (['addresses', 'ports'] as const).some((mode) => {
    const claims = claimsOn(mode);
    return Array.from({ length: slotsOf(mode) }, (_, slot) => slot).some((slot) => claims.has(owner, slot));
  });
}

/** A claim for each: clusters with addresses take none of the few ranges of ports from those that can only have ports. */
function claimsOn(mode: 'addresses' | 'ports'): Claims {
  return createClaims(join(userFolder(), mode === 'addresses' ? 'claims' : 'claims-ports'));
}

function slotsOf(mode: 'addresses' | 'ports'): number {
  return mode === 'addresses' ? BLOCKS : PORT_CLUSTERS;
}

/** The same nodes where their agents speak TLS: those of a plain cluster that becomes secure. As they are, when nothing changes. */
export function withSecuredPorts(nodes: readonly NodeRecord[]): readonly NodeRecord[] {
  const { consulHttp, consulGrpc } = SECURED_PORTS;
  if (modeOf(nodes) === 'ports' || nodes.every(({ ports }) => ports.consulHttp === consulHttp)) return nodes;
  return nodes.map((node) => ({ ...node, ports: { ...node.ports, consulHttp, consulGrpc } }));
}

async function chooseMode(wanted: 'auto' | 'addresses' | 'ports'): Promise<'addresses' | 'ports'> {
  if (wanted !== 'auto') return wanted;
  return (await portState('127.0.64.1', 0)) === 'free' ? 'addresses' : 'ports';
}

function modeOf(known: readonly NodeRecord[]): 'addresses' | 'ports' {
  return known.some((node) => node.address === '127.0.0.1') ? 'ports' : 'addresses';
}

/** A cluster that has elected keeps its ports; until then they follow the settings. */
function portsFor(
  known: NodeRecord,
  mode: 'addresses' | 'ports',
  { formed, secured }: Pick<AssignRequest, 'formed' | 'secured'>,
): AgentPorts {
  return formed || mode === 'ports' ? known.ports : addressPorts(secured);
}

async function claimSlot(claims: Claims, { owner, wanted, secured }: AssignRequest, mode: 'addresses' | 'ports'): Promise<number> {
  const slot = await claims.claim(owner, slotsOf(mode), (candidate) => claimable({ mode, slot: candidate, secured }, wanted.length));
  if (slot === undefined) throw noneFree(mode);
  return slot;
}

/** Claims live in a temporary folder, which a reboot may empty; the cluster's own record is what counts. */
async function keepSlot(claims: Claims, { owner, known, secured }: AssignRequest, mode: 'addresses' | 'ports'): Promise<number> {
  const slot = slotOf(mode, known[0] as NodeRecord);
  claims.keep(owner, slot);
  await holdBlock({ mode, slot, secured });
  return slot;
}

interface Block {
  readonly mode: 'addresses' | 'ports';
  readonly slot: number;
  readonly secured: boolean | undefined;
}

/** Claims are a user's own: between the look at the ports and the start of the agents, another user's run could choose the same block. */
async function claimable(block: Block, size: number): Promise<boolean> {
  return (await holdBlock(block)) && isSlotFree(block, size);
}

/** A port that no agent has. */
const HOLD_PORT = 4640;

function holdBlock({ mode, slot }: Block): Promise<boolean> {
  if (mode === 'addresses') return holdPort(addressOf({ mode, slot }, 1), HOLD_PORT);
  return holdPort('127.0.0.1', PORTS_FROM + (slot + 1) * PORTS_PER_CLUSTER - 1);
}

async function isSlotFree(block: Block, size: number): Promise<boolean> {
  const seats = Array.from({ length: size }, (_, index) => index + 1);
  const free = await mapBounded(seats, REQUESTS_AT_ONCE, (seat) => allFree(addressOf(block, seat), Object.values(agentPorts(block, seat))));
  return free.every(Boolean);
}

function makeNode(name: NodeName, { seat, expect, ...block }: Block & { readonly seat: number; readonly expect: number }): NodeRecord {
  return {
    ...name,
    address: addressOf(block, seat),
    ports: agentPorts(block, seat),
    taskPorts: taskPorts(block, seat),
    bootstrapExpect: expect,
  };
}

function addressOf({ mode, slot }: Pick<Block, 'mode' | 'slot'>, seat: number): string {
  return mode === 'ports' ? '127.0.0.1' : `127.0.${FIRST_BLOCK + slot}.${seat}`;
}

/** In `ports` mode: 16000-19599, eight a node, 600 a cluster, for six clusters at once. */
const PORTS_FROM = 16_000;
const PORTS_PER_CLUSTER = 600;
const PORT_CLUSTERS = 6;

function addressPorts(secured: boolean | undefined): AgentPorts {
  return secured ? SECURED_PORTS : DEFAULT_PORTS;
}

function agentPorts({ mode, slot, secured }: Block, seat: number): AgentPorts {
  if (mode === 'addresses') return addressPorts(secured);
  const base = PORTS_FROM + slot * PORTS_PER_CLUSTER + (seat - 1) * 8;
  const names = Object.keys(DEFAULT_PORTS) as (keyof AgentPorts)[];
  return Object.fromEntries(names.map((name, index) => [name, base + index])) as unknown as AgentPorts;
}

/**
 * Nomad sees the loopback interface, 127.0.0.1, on every node, so two clients must never hand out the same port: each
 * has a range of its own. Twelve clusters of ten nodes have 100 ports a node; further nodes have twelve. Clusters with ports
 * take the twelve from the other end than those with addresses.
 */
function taskPorts({ mode, slot }: Block, seat: number): [number, number] {
  const cluster = mode === 'addresses' ? slot % 12 : 11 - slot;
  const [first, size] =
    seat <= 10 ? [20_000 + cluster * 1000 + (seat - 1) * 100, 100] : [10_000 + cluster * 500 + ((seat - 11) % 40) * 12, 12];
  return [first, first + size - 1];
}

function seatOf(mode: 'addresses' | 'ports', node: NodeRecord): number {
  if (mode === 'addresses') return Number(node.address.split('.')[3]);
  return ((node.ports.consulHttp - PORTS_FROM) % PORTS_PER_CLUSTER) / 8 + 1;
}

function slotOf(mode: 'addresses' | 'ports', node: NodeRecord): number {
  if (mode === 'addresses') return Number(node.address.split('.')[2]) - FIRST_BLOCK;
  return Math.floor((node.ports.consulHttp - PORTS_FROM) / PORTS_PER_CLUSTER);
}

function firstFree(taken: ReadonlySet<number>): number {
  let seat = 1;
  while (taken.has(seat)) seat++;
  return seat;
}

function noneFree(mode: 'addresses' | 'ports'): PrerequisiteError {
  const everywhere = `a program listens on one of the ports ${Object.values(DEFAULT_PORTS).join(', ')} of every address`;
  return new PrerequisiteError('no free addresses for the cluster', {
    code: 'addresses-taken',
    why:
      mode === 'addresses'
        ? `${everywhere}, or ${BLOCKS} clusters are there already`
        : `programs listen on 127.0.0.1:16000-19599, or ${PORT_CLUSTERS} clusters have them already`,
    next: mode === 'addresses' ? nomadctl`up --addressing ports` : nomadctl`doctor`,
  });
}
