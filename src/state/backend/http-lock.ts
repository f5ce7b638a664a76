import { hostname, userInfo } from 'node:os';
import { ApiError } from '@nomadctl/base/errors';
import type { Http } from '../../clients/http.js';

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
