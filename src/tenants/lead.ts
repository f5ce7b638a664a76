import { anySignal } from '@nomadctl/base/signals/any-signal';
import type { Clock } from '@nomadctl/base/clock';
import { LockedError } from '@nomadctl/base/errors';
import { reasonOf } from '@nomadctl/base/reason';
import type { ConsulStore } from '../clients/consul/consul-store.js';
import { watch } from '../clients/watch.js';
import { openSession, type ConsulSession } from '../state/lock/consul-session.js';
import { runOwner } from '../state/lock/run-owner.js';
import { pruneAudit } from './audit.js';
import { isEnded, LEADER, LOCKS, OPERATIONS, type Operation } from './records.js';
import { pruneRequests, recordsIn } from './tenant-store.js';
import { untilFree } from './until-free.js';

/** The shortest that Consul takes: a leader that was killed has one after it by 20 s at the latest, and the delay of one. */
const TTL_SECONDS = 10;
/** Before what went wrong is tried again. */
const PAUSE_MS = 1000;
/** Operations of operators are theirs; one that nobody is at after this has lost them. */
const ABANDONED_MS = 60_000;
/** How often it is looked whether somebody is at those, while there are some. */
const LOOK_MS = 2000;
const AT_ONCE = 24;
const PRUNE_MS = 3600 * 1000;

export interface Leadership {
  readonly store: ConsulStore;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Who this is, for whoever looks. */
  readonly name: string;
  /** Does an operation, or goes on with it. Ends when the signal does. */
  readonly perform: (operation: Operation, at: { readonly session: ConsulSession; readonly signal: AbortSignal }) => Promise<void>;
  readonly told: (line: string, isLeader: boolean) => void;
}

/**
 * Waits to be the one replica that does operations, and does them for as long as it is: all that were asked for and have not ended, also
 * those that a replica was killed over. Consul tells of each as it is asked for. Comes back when the signal aborts.
 */
export async function lead(at: Leadership): Promise<void> {
  const { clock, signal, told } = at;
  while (!signal.aborted) {
    try {
      await leadOnce(at);
    } catch (error) {
      if (signal.aborted) return;
      told(`without a leader's lock: ${reasonOf(error)}`, false);
    }
    await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
  }
}

async function leadOnce(at: Leadership): Promise<void> {
  const { store, clock, signal: outer, name, told } = at;
  const session = await openSession(store, { name: `controller ${name}`, ttlSeconds: TTL_SECONDS });
  const stop = new AbortController();
  const signal = anySignal(outer, session.lost, stop.signal);
  const desk = openDesk(at, session, signal);
  try {
    const owner = runOwner({ command: 'controller work', run: name, since: clock.now() });
    const value = Buffer.from(JSON.stringify(owner));
    while (!(await store.lock(LEADER, value, { session: session.id, signal }))) await untilFree(store, LEADER, { clock, signal });
    told('leads', true);
    const operations = watch(async (since) => {
      const { keys, index } = await store.tree(OPERATIONS, since);
      return { value: keys, index };
    }, signal);
    void keepPruned(store, { clock, signal });
    for await (const keys of operations) {
      desk.look(recordsIn<Operation>(keys).filter((one) => !isEnded(one)));
    }
  } finally {
    stop.abort(new Error('it leads no more'));
    // Their own failures were told; each ends with the signal.
    await desk.close();
    if (!outer.aborted) told('leads no more', false);
    await session.end();
  }
}

interface Desk {
  /** Begins what can be begun of those that have not ended, as Consul tells them. */
  look(open: readonly Operation[]): void;
  close(): Promise<void>;
}

/** Does open operations, one at a time for each tenant. */
function openDesk({ store, clock, perform, told }: Leadership, session: ConsulSession, signal: AbortSignal): Desk {
  const running = new Map<string, Promise<void>>();
  /** Consul may tell of one that has ended here a moment later. */
  const done = new Set<string>();
  let open: readonly Operation[] = [];
  let looking: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;
  const begin = (operation: Operation): void => {
    const { id, kind, tenant } = operation;
    const work = perform(operation, { session, signal })
      .then(() => void done.add(id))
      .catch(async (error: unknown) => {
        if (!(error instanceof LockedError) && !signal.aborted) told(`${kind} ${tenant}: ${reasonOf(error)}`, true);
        await clock.sleep(PAUSE_MS, signal).catch(() => undefined);
      })
      .finally(() => {
        running.delete(tenant);
        again();
      });
    running.set(tenant, work);
  };
  const lookOnce = async (): Promise<void> => {
    clearTimeout(timer);
    let others = false;
    for (const operation of open) {
      if (signal.aborted) return;
      if (done.has(operation.id) || running.has(operation.tenant) || running.size >= AT_ONCE) continue;
      if (await isOurs(store, operation, { now: clock.now(), signal })) begin(operation);
      else others = true;
    }
    if (others) later();
  };
  const later = (): void => void (timer = setTimeout(again, LOOK_MS).unref());
  const again = (): void => void (looking = looking.then(lookOnce).catch(later));
  return {
    look(now) {
      open = now;
      for (const id of done) if (!open.some((one) => one.id === id)) done.delete(id);
      again();
    },
    async close() {
      clearTimeout(timer);
      await looking;
      for (const work of [...running.values()]) await work;
    },
  };
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

/** Forgets what is kept for a while only. What could not be forgotten now is an hour later. */
async function keepPruned(store: ConsulStore, { clock, signal }: Pick<Leadership, 'clock' | 'signal'>): Promise<void> {
  while (!signal.aborted) {
    await pruneAudit(store, signal).catch(() => undefined);
    await pruneRequests(store, signal).catch(() => undefined);
    await clock.sleep(PRUNE_MS, signal).catch(() => undefined);
  }
}
