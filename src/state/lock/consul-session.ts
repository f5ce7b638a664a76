import type { ConsulStore } from '../../clients/consul/consul-store.js';
import { LeaseLost, openLease, type Lease } from './lease.js';

/*
 * Sessions of Consul by which nomadctl holds locks, all by the same rules: renewed while the process lives, ended by Consul 15 to 30 s
 * after it does not (https://developer.hashicorp.com/consul/docs/dynamic-app-config/sessions: up to twice the time to live).
 */

const TTL_SECONDS = 15;
const RENEW_MS = 4000;
/** The shortest that keeps one who has lost his session without knowing from working beside the next one: he finds out within that. */
const DELAY_SECONDS = 1;

export interface ConsulSession extends Omit<Lease, 'end'> {
  /** Another one after it was replaced. */
  readonly id: string;
  /** Give locks back first: a session that is ended with one holds everybody up for its delay. */
  end(): Promise<void>;
}

export interface SessionRequest {
  /** For people who list sessions. */
  readonly name: string;
  /** Consul takes 10 at the least. */
  readonly ttlSeconds?: number;
  /**
   * Takes the locks again for a session that stands in for one that Consul has ended (a computer that slept, servers that were away).
   * Without it, one that may have ended is lost.
   * @param unheardMs for how long Consul has not confirmed the one before
   * @throws LeaseLost where somebody else has them, or had them meanwhile
   */
  readonly regain?: (id: string, unheardMs: number) => Promise<void>;
  /** Whether the locks are still its own: they can be given back without it. */
  readonly stillHas?: (id: string) => Promise<boolean>;
}

/** What Consul is asked for while a run ends must not end with the run's own signal. */
export const apart = (): AbortSignal => AbortSignal.timeout(5000);

/** @throws ApiError where Consul opens none */
export async function openSession(
  store: ConsulStore,
  { name, ttlSeconds = TTL_SECONDS, regain, stillHas }: SessionRequest,
  signal: AbortSignal = apart(),
): Promise<ConsulSession> {
  const wanted = { name, ttlSeconds, delaySeconds: DELAY_SECONDS };
  let id = await store.openSession(wanted, signal);
  const lease = openLease({
    everyMs: Math.min(RENEW_MS, (ttlSeconds * 1000) / 3),
    holdsMs: ttlSeconds * 1000,
    // Whoever can take his locks again finds out once Consul answers.
    endsUnheard: regain === undefined,
    async renew(unheardMs) {
      const lives = await store.renewSession(id, apart());
      if (lives && (!stillHas || (await stillHas(id)))) return;
      if (!regain) throw new LeaseLost('Consul has ended the session');
      const next = lives ? id : await store.openSession(wanted, apart());
      try {
        await regain(next, unheardMs);
        id = next;
      } catch (error) {
        if (!lives) await store.endSession(next, apart()).catch(() => undefined);
        throw error;
      }
    },
  });
  const { lost, confirm, look } = lease;
  return {
    get id() {
      return id;
    },
    ...{ lost, confirm, look },
    async end() {
      await lease.end();
      await store.endSession(id, apart()).catch(() => undefined);
    },
  };
}
