import { ApiError, PrerequisiteError } from '@nomadctl/base/errors';
import { hint, nomadctl } from '@nomadctl/base/hint/hint';
import type { StateContext, StateOwner } from '../state-owner.js';
import { prefixOf, storeOf } from './consul-backend.js';
import { openBackend } from './open-backend.js';

/**
 * Asks a place for what keeping states there takes, before it becomes a setting.
 * @throws PrerequisiteError `state-forbidden` where a right is missing; ApiError or ToolError where it does not answer
 */
export async function checkPlace(ctx: StateContext, owner: StateOwner): Promise<void> {
  if (owner.place.backend !== 'consul') return void (await openBackend(ctx, owner, 'network')?.read());
  const { signal } = ctx;
  const store = storeOf(ctx, owner);
  const key = `${prefixOf(owner.name)}.try`;
  try {
    const before = await store.read(key, signal);
    await store.write(key, Buffer.from('nomadctl'), { index: before?.index ?? 0, signal });
    await store.remove(key, { signal });
    const session = await store.openSession({ name: 'nomadctl looks', ttlSeconds: 15, delaySeconds: 0 }, signal);
    await store.endSession(session, signal);
  } catch (error) {
    if (!(error instanceof ApiError) || !/403|permission denied/i.test(`${error.message} ${error.why.join(' ')}`)) throw error;
    throw new PrerequisiteError(`Consul at ${owner.place.address} does not let this token keep states`, {
      code: 'state-forbidden',
      why: [...error.why, 'the token is NOMADCTL_STATE_TOKEN, else CONSUL_HTTP_TOKEN'],
      next: hint`${nomadctl`state backend --policy`}   prints what it needs`,
      cause: error,
    });
  }
}
