import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { ApiError } from '@nomadctl/base/errors';
import type { Http } from '../../clients/http.js';
import { isGone, ownerIn, runOwner, type RunOwner } from '../lock/run-owner.js';

/*
 * Locks as terraform's HTTP backend asks for them: LOCK and UNLOCK with who it is in the body, and 423 or 409 with the holder's in the answer.
 * https://developer.hashicorp.com/terraform/language/backend/http
 */

interface LockRequest {
  readonly path: string;
  /** Of whom it is for, as JSON. */
  readonly info: string;
  readonly signal: AbortSignal;
}

/** Takes it, and returns nothing; or tells who holds it, as it was told when it was taken. @throws ApiError */
export async function lockHttp(http: Http, { path, info, signal }: LockRequest): Promise<string | undefined> {
  try {
    await http.whole({ method: 'LOCK', path, bytes: Buffer.from(info), headers: JSON_TYPE, signal });
    return undefined;
  } catch (error) {
    if (error instanceof ApiError && HELD.includes(Number(error.details?.['status']))) return String(error.details?.['said'] ?? '');
    throw error;
  }
}

/** @throws ApiError, also where somebody else has it by now */
export async function unlockHttp(http: Http, { path, info, signal }: LockRequest): Promise<void> {
  await http.whole({ method: 'UNLOCK', path, bytes: Buffer.from(info), headers: JSON_TYPE, signal });
}

const LOOKING = 'nomadctl looks who holds it';
/** Another look is over at once. */
const LOOKS = 20;
const PAUSE_MS = 100;

/**
 * Who holds it, as it was told when it was taken; nothing where nobody does. Only who asks for the lock is told who has it: it is given back
 * at once. Somebody else who looks is waited for, and what one who was killed here over his look has left is taken away.
 * @throws ApiError
 */
export async function holderOfHttp(http: Http, { path, signal }: Omit<LockRequest, 'info'>): Promise<string | undefined> {
  for (let looks = 1; ; looks++) {
    const now = Date.now();
    const mine = runOwner({ command: LOOKING, run: '', since: now });
    const info = lockInfo({ id: randomUUID(), operation: LOOKING, path, now, more: JSON.stringify(mine) });
    const held = await lockHttp(http, { path, info, signal });
    if (held === undefined) {
      await unlockHttp(http, { path, info, signal });
      return undefined;
    }
    const other = lookerIn(held);
    if (!other || looks === LOOKS) return held;
    // Who is quicker may have taken it away already.
    if (isGone(other)) await unlockHttp(http, { path, info: held, signal }).catch(() => undefined);
    else await sleep(PAUSE_MS, undefined, { signal });
  }
}

/** Who only looks. */
function lookerIn(held: string): RunOwner | undefined {
  try {
    const { Operation, Info } = JSON.parse(held) as { readonly Operation?: unknown; readonly Info?: unknown };
    return Operation === LOOKING ? ownerIn(String(Info)) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a server has no locks at all. */
export function knowsNoLocks(error: unknown): boolean {
  return error instanceof ApiError && [400, 404, 405, 501].includes(Number(error.details?.['status']));
}

/** Of a lock, as terraform writes its own. */
export function lockInfo({
  id,
  operation,
  path,
  now,
  more = '',
}: {
  readonly id: string;
  readonly operation: string;
  readonly path: string;
  readonly now: number;
  readonly more?: string;
}): string {
  const who = `${userInfo().username}@${hostname()}`;
  return JSON.stringify({
    ID: id,
    Operation: operation,
    Info: more,
    Who: who,
    Version: '',
    Created: new Date(now).toISOString(),
    Path: path,
  });
}

const HELD = [409, 423];
const JSON_TYPE = { 'content-type': 'application/json' };
