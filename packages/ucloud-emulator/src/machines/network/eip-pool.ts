import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { LockedError, PrerequisiteError } from '@nomadctl/base/errors';
import { nomadctl, shell } from '@nomadctl/base/hint/hint';
import { createClaims, type Claims } from '@nomadctl/base/claims';
import { identify, isAlive, type ProcessIdentity } from '@nomadctl/base/process-identity';
import { userFolder } from '@nomadctl/base/user-folder';
import { parseCidr, sizeOf, toIp, toNumber, type Network } from '@nomadctl/base/ipv4';
import type { RunCommand } from '../run-command.js';
import { isInRules } from './iptables.js';

/** Loopback addresses that one emulator has to itself, as EIPs. */
export interface EipPool {
  /** For `EmulatorOptions.publicPool`. */
  readonly network: Network;
  readonly cidr: string;
  /** Lets others have them. Call it at the end of an emulator that keeps nothing, and when one is purged. */
  release(): void;
}

export interface EipPoolOptions {
  readonly instance: string;
  /** Where the emulator keeps its store: the pool stays its own for as long as the folder is there. Without one: as long as the process. */
  readonly dataDir?: string | undefined;
  /** EIPs that are in the store. */
  readonly used?: readonly string[];
  readonly isRoot: boolean;
  readonly run: RunCommand;
  readonly folder?: string;
}

/** Linux answers on all of 127.0.0.0/8. Local clusters have 127.0.0.0/16; these are far from what people use by hand. */
export const ALL_EIPS = '127.64.0.0/10';
const ALL = parseCidr(ALL_EIPS) as Network;
const BITS = 22;
const SLOT_SIZE = 2 ** (32 - BITS);
/** Users do not see each other's claims, so each has slots of its own. */
const USERS = 64;
const SLOTS = sizeOf(ALL) / SLOT_SIZE / USERS;

/**
 * Claims a pool that no other emulator of this user has, and no rule of anybody's names.
 * @throws LockedError when another emulator has taken the addresses that are in the store, PrerequisiteError when none is left.
 */
export async function claimEipPool(options: EipPoolOptions): Promise<EipPool> {
  const { instance, dataDir, used = [], isRoot, run } = options;
  const claims = createClaims(options.folder ?? join(userFolder(), 'emulator-eips'), isGone);
  const owner = dataDir ?? ourselves(instance);
  const known = used.map(slotOf).find((slot) => slot !== undefined);
  if (known !== undefined) keep(claims, owner, known);
  const isFree = async (slot: number): Promise<boolean> => !(isRoot && (await isInRules(cidrOf(slot), run)));
  const slot = known ?? (await claims.claim(owner, SLOTS, isFree));
  if (slot === undefined) throw noneLeft();
  return { cidr: cidrOf(slot), network: networkOf(slot), release: () => claims.release(owner) };
}

function networkOf(slot: number): Network {
  const user = (process.getuid?.() ?? 0) % USERS;
  return { base: ALL.base + (user * SLOTS + slot) * SLOT_SIZE, bits: BITS };
}

function cidrOf(slot: number): string {
  return `${toIp(networkOf(slot).base)}/${BITS}`;
}

function slotOf(ip: string): number | undefined {
  const slot = Math.floor(((toNumber(ip) ?? 0) - networkOf(0).base) / SLOT_SIZE);
  return slot >= 0 && slot < SLOTS ? slot : undefined;
}

/** The addresses that were answered before stay: after a reboot, say, which empties the folder of the claims. */
function keep(claims: Claims, owner: string, slot: number): void {
  claims.keep(owner, slot);
  if (claims.has(owner, slot)) return;
  throw new LockedError(`Another emulator has the EIPs ${cidrOf(slot)} of this store`, {
    code: 'emulator-eips-taken',
    why: 'the addresses of both would be the same',
    next: nomadctl`emulator --data <folder>`,
  });
}

function noneLeft(): PrerequisiteError {
  return new PrerequisiteError('No addresses are left for EIPs', {
    code: 'emulator-eips',
    why: `${SLOTS} emulators have claimed theirs`,
    next: shell`ls ${join(userFolder(), 'emulator-eips')}`,
  });
}

/** Owners are folders, or processes as `<instance> <pid> <start>`: several emulators may be in one process. */
function isGone(owner: string): boolean {
  if (owner.startsWith('/')) return !existsSync(owner);
  const [, pid, started = ''] = /^\S+ (\d+) (.*)$/s.exec(owner) ?? [];
  return !isAlive({ pid: Number(pid), started });
}

function ourselves(instance: string): string {
  const { pid, started } = identify(process.pid) as ProcessIdentity;
  return `${instance} ${pid} ${started}`;
}
