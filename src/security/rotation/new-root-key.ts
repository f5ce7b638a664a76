import { nomadctl } from '@nomadctl/base/hint/hint';
import { waitFor } from '@nomadctl/base/wait-for';
import { nomadOf } from '../../cluster/answering-server.js';
import type { Fleet } from './fleet.js';
import type { Rolling } from './roll-agents.js';

/*
 * Nomad's root key signs the identities of workloads and encrypts variables. What the old one has signed holds until it ends:
 * Nomad keeps the key for that. Consul asks Nomad for keys that it does not know yet.
 */

/**
 * Variables are encrypted anew at once. Where the leader changes in the middle of it, that work is lost, and the next leader begins
 * it ten minutes after it was elected (Nomad 1.11.3: "VariablesRekeyInterval" in
 * https://github.com/hashicorp/nomad/blob/v1.11.3/nomad/config.go).
 */
const REKEYED_MS = 12 * 60_000;

/** The id of the key that signs now. */
export async function activeRootKey(fleet: Fleet, signal: AbortSignal): Promise<string | undefined> {
  const keys = await (await nomadOf(await fleet.reach(), { signal })).rootKeys(signal);
  return keys.find(({ state }) => state === 'active')?.id;
}

/** Has Nomad make another key, unless another one than `before` signs by now, and waits until variables are encrypted with it. */
export async function rotateRootKey(fleet: Fleet, before: string | undefined, rolling: Rolling): Promise<string> {
  const { signal, line } = rolling;
  if ((await activeRootKey(fleet, signal)) === before) await (await nomadOf(await fleet.reach(), { signal })).rotateRootKey(signal);
  return waitFor({ ...rolling, timeoutMs: REKEYED_MS, what: "Nomad's new root key", next: nomadctl`status` }, async () => {
    const keys = await (await nomadOf(await fleet.reach(), { signal })).rootKeys(signal);
    const active = keys.find(({ state }) => state === 'active')?.id;
    if (active === undefined || active === before) return { observed: 'the old one still signs' };
    const rekeying = keys.filter(({ state }) => state === 'rekeying').length;
    if (rekeying === 0) return { value: active };
    line('variables are being encrypted with it; after a change of leaders within ten minutes');
    return { observed: 'variables are being encrypted with it' };
  });
}
