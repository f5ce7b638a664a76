import type { ConsulStore } from '../../clients/consul/consul-store.js';

/*
 * Sessions of Consul by which nomadctl holds locks, all by the same rules: renewed while the process lives, ended by Consul 15 to 30 s
 * after it does not (https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions: up to twice the time to live).
 */

const TTL_SECONDS = 15;
const RENEW_MS = 4000;
/** The shortest that keeps one who has lost his session without knowing from working beside the next one: he finds out within that. */
const DELAY_SECONDS = 1;

export interface ConsulSession {
  /** Another one after it was replaced. */
  readonly id: string;
  /** Aborted when what it was held for must end: somebody else may have the locks. */
  readonly lost: AbortSignal;
  /** Give locks back first: a session that is ended with one holds everybody up for its delay. */
  end(): Promise<void>;
}

export interface SessionRequest {
  /** For people who list sessions. */
  readonly name: string;
  /** Consul takes 10 at the least. */
  readonly ttlSeconds?: number;
  /**
   * Takes the locks again for a session that stands in for one that Consul has ended (a computer that slept, servers that were away), and
   * says whether nobody else has them. Without it, one that may have ended is lost.
   */
  readonly regain?: (id: string) => Promise<boolean>;
}

/** What Consul is asked for while a run ends must not end with the run's own signal. */
export const apart = (): AbortSignal => AbortSignal.timeout(5000);

/** @throws ApiError where Consul opens none */
export async function openSession(
  store: ConsulStore,
  { name, ttlSeconds = TTL_SECONDS, regain }: SessionRequest,
  signal: AbortSignal = apart(),
): Promise<ConsulSession> {
  const wanted = { name, ttlSeconds, delaySeconds: DELAY_SECONDS };
  const lost = new AbortController();
  let id = await store.openSession(wanted, signal);
  let confirmed = Date.now();
  let renewing: Promise<void> = Promise.resolve();
  const replace = async (): Promise<void> => {
    if (!regain) return lost.abort(new Error('Consul has ended the session'));
    const next = await store.openSession(wanted, apart());
    if (await regain(next)) {
      id = next;
      confirmed = Date.now();
      return;
    }
    await store.endSession(next, apart());
    lost.abort(new Error('Consul has ended the session, and somebody else has its lock'));
  };
  const renew = async (): Promise<void> => {
    if (lost.signal.aborted) return;
    const isThere = await store.renewSession(id, apart()).catch(() => undefined);
    if (isThere) confirmed = Date.now();
    // Consul may have ended it by then. Whoever can take his lock again finds out once it answers.
    else if (isThere === false || (!regain && Date.now() - confirmed > ttlSeconds * 1000)) await replace();
  };
  // One after the other: a slow answer must not have it replaced twice.
  const renewal = setInterval(
    () => void (renewing = renewing.then(renew).catch(() => undefined)),
    Math.min(RENEW_MS, (ttlSeconds * 1000) / 3),
  );
  renewal.unref();
  return {
    get id() {
      return id;
    },
    lost: lost.signal,
    async end() {
      clearInterval(renewal);
      await renewing;
      await store.endSession(id, apart()).catch(() => undefined);
    },
  };
}
