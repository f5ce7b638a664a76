import { PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import { placeProblem } from './place-problem.js';
import type { StateContext, StateOwner } from '../state-owner.js';
import { prefixOf, storeOf } from './consul-backend.js';
import { httpStoreOf, pathsOf } from './http-backend.js';
import { knowsNoLocks, lockHttp, lockInfo, unlockHttp } from './http-lock.js';
import { objectsOf, objectStoreOf } from './s3-backend.js';
import { placeTitle } from './place-title.js';

/**
 * Asks a place for what keeping states there takes, before it becomes a setting.
 * @throws PrerequisiteError `state-forbidden` where a right is missing, `state-no-locks` for a place that would let two runs write,
 * and what `placeProblem` makes; ApiError where it answers something else
 */
export async function checkPlace(ctx: StateContext, owner: StateOwner): Promise<void> {
  try {
    if (owner.place.backend === 'consul') await checkConsul(ctx, owner);
    if (owner.place.backend === 's3') await checkS3(ctx, owner);
    if (owner.place.backend === 'http') await checkHttp(ctx, owner);
  } catch (cause) {
    throw placeProblem(owner, cause);
  }
}

async function checkConsul(ctx: StateContext, owner: StateOwner): Promise<void> {
  const { signal } = ctx;
  const store = storeOf(ctx, owner);
  const key = `${prefixOf(owner.name)}.try`;
  const before = await store.read(key, signal);
  await store.write(key, Buffer.from('nomadctl'), { index: before?.index ?? 0, signal });
  await store.remove(key, { signal });
  const session = await store.openSession({ name: 'nomadctl looks', ttlSeconds: 15, delaySeconds: 0 }, signal);
  await store.endSession(session, signal);
}

async function checkS3(ctx: StateContext, owner: StateOwner): Promise<void> {
  const store = await objectStoreOf(ctx, owner);
  if (await store.keepsConditions(`${objectsOf(owner.name)}.try`, ctx.signal)) return;
  throw noLocks(owner, 'it writes objects although their condition (If-None-Match, If-Match) does not hold: two runs would write at once');
}

async function checkHttp(ctx: StateContext, owner: StateOwner): Promise<void> {
  const { signal } = ctx;
  const http = httpStoreOf(ctx, owner);
  const path = `${pathsOf(owner.name)}try`;
  const [mine, other] = ['1', '2'].map((id) => lockInfo({ id, operation: 'nomadctl looks', path, now: ctx.clock.now() })) as [
    string,
    string,
  ];
  try {
    if ((await lockHttp(http, { path, info: mine, signal })) !== undefined) return;
    const second = await lockHttp(http, { path, info: other, signal });
    await unlockHttp(http, { path, info: mine, signal });
    if (second === undefined) throw noLocks(owner, 'it gives the same lock to two');
  } catch (error) {
    if (knowsNoLocks(error)) throw noLocks(owner, 'it does not know LOCK and UNLOCK');
    throw error;
  }
}

function noLocks({ place }: StateOwner, why: string): PrerequisiteError {
  return new PrerequisiteError(`${placeTitle(place)} cannot keep two runs from working at once`, {
    code: 'state-no-locks',
    why,
    next: hint`${nomadctl`state backend --help`}: another place, or a server that does`,
  });
}
