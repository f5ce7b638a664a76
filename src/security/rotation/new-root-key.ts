import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { nomadOf } from '../../cluster/answering-server.js';
import type { Work } from '../acl/work.js';
import type { Fleet } from './fleet.js';

/*
 * Nomad's root key signs the identities of workloads and encrypts variables. What the old one has signed holds until it ends:
 * Nomad keeps the key for that. Consul asks Nomad for keys that it does not know yet.
 */

/** The id of the key that signs now. */
export async function activeRootKey(fleet: Fleet, signal: AbortSignal): Promise<string | undefined> {
  const keys = await (await nomadOf(await fleet.reach(), { signal })).rootKeys(signal);
  return keys.find(({ state }) => state === 'active')?.id;
}

/** Has Nomad make another key, unless another one than `before` signs by now, and waits until variables are encrypted with it. */
export async function rotateRootKey(fleet: Fleet, before: string | undefined, work: Work): Promise<string> {
  const { signal } = work;
  if ((await activeRootKey(fleet, signal)) === before) await (await nomadOf(await fleet.reach(), { signal })).rotateRootKey(signal);
  return waitFor({ ...work, what: "Nomad's new root key", next: nomadctl`status` }, async () => {
    const keys = await (await nomadOf(await fleet.reach(), { signal })).rootKeys(signal);
    const active = keys.find(({ state }) => state === 'active')?.id;
    if (active === undefined || active === before) return { observed: 'the old one still signs' };
    const rekeying = keys.filter(({ state }) => state === 'rekeying').length;
    return rekeying === 0 ? { value: active } : { observed: 'variables are being encrypted with it' };
  });
}
