import { anySignal } from '@nomadctl/base/signals/any-signal';
import { LockedError } from '@nomadctl/base/errors';
import type { Clock } from '@nomadctl/base/clock';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { endGoneHolder } from '../state/lock/consul-holder.js';
import { runOwner } from '../state/lock/run-owner.js';
import { isEnded, LEADER, LOCKS, OPERATIONS, type Operation } from './records.js';
import { openSession, type Session } from './tenant-lock.js';

/** The shortest that Consul takes: a leader that was killed has one after it by 20 s at the latest, and the delay of one. */
const TTL_SECONDS = 10;
const PAUSE_MS = 500;
/** Operations of operators are theirs; one that nobody is at after this has lost them. */
const ABANDONED_MS = 60_000;
const AT_ONCE = 24;

export interface Leadership {
  readonly store: ConsulStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Who this is, for whoever looks. */
  readonly name: string;
  /** Does an operation, or goes on with it. Ends when the signal does. */
  readonly perform: (operation: Operation, at: { readonly session: Session; readonly signal: AbortSignal }) => Promise<void>;
  readonly told: (line: string, isLeader: boolean) => void;
}

/**
 * Waits to be the one replica that does operations, and does them for as long as it is: all that were asked for and have not ended, also
 * those that a replica was killed over. Comes back when the signal aborts.
 */
export async function lead(at: Leadership): Promise<void> {
  const { clock, signal, told } = at;
  while (!signal.aborted) {
    try {
      await leadOnce(at);
    } catch (error) {
      if (signal.aborted) return;
      told(`without a leader's lock: ${error instanceof Error ? error.message : String(error)}`, false);
    }
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}

async function leadOnce({ store, clock, signal: outer, name, perform, told }: Leadership): Promise<void> {
  const session = await openSession(store, { name: `controller ${name}`, ttlSeconds: TTL_SECONDS });
  const signal = anySignal(outer, session.lost);
  const running = new Map<string, Promise<void>>();
  try {
    const owner = runOwner({ command: 'controller serve', run: name, since: clock.now() });
    while (!(await store.lock(LEADER, Buffer.from(JSON.stringify(owner)), { session: session.id, signal }))) {
      await endGoneHolder(store, LEADER, signal);
      await clock.sleep(PAUSE_MS, signal);
    }
    told('leads', true);
    while (!signal.aborted) {
      const { keys } = await store.tree(OPERATIONS, { index: 0, signal });
      const open = keys.map(({ value }) => JSON.parse(value.toString('utf8')) as Operation).filter((one) => !isEnded(one));
      for (const operation of open) {
        const { tenant } = operation;
        if (running.has(tenant) || running.size >= AT_ONCE || !(await isOurs(store, operation, { now: clock.now(), signal }))) continue;
        const work = perform(operation, { session, signal })
          .catch((error: unknown) => {
            if (!(error instanceof LockedError))
              told(`${operation.kind} ${tenant}: ${error instanceof Error ? error.message : String(error)}`, true);
          })
          .finally(() => running.delete(tenant));
        running.set(tenant, work);
      }
      await clock.sleep(PAUSE_MS, signal);
    }
  } finally {
    // Their own failures were told; each ends with the signal.
    for (const work of [...running.values()]) await work;
    await session.end();
  }
}

/** Customers' operations are the leader's; an operator's only once he is gone. */
async function isOurs(
  store: ConsulStore,
  { customer, asked, tenant }: Operation,
  { now, signal }: { now: number; signal: AbortSignal },
): Promise<boolean> {
  if (customer !== undefined) return true;
  return now - asked > ABANDONED_MS && (await store.read(`${LOCKS}${tenant}`, signal))?.session === undefined;
}
