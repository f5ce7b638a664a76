import { jittered } from '@nomadctl/base/clock';

/** An answer that is no success. */
export interface Refused {
  readonly status: number;
  /** Asking changes nothing, so it may be asked again when nobody knows what became of it. */
  readonly isRead: boolean;
  /** The header of that name. */
  readonly retryAfter: string | undefined;
}

/** Decides, refusal after refusal of one call, how long to wait before the next attempt. */
export interface Pauses {
  /** Milliseconds; nothing when the refusal is to be taken as it is. */
  next(refused: Refused): number | undefined;
}

const FIRST_MS = 100;
/** What a service may ask for at most, so that a wrong header holds nobody up. */
const LONGEST_MS = 10_000;
/** All pauses of one call together. */
const PATIENCE_MS = 30_000;

/**
 * Waits for a service that says "too many requests" (429): that one was not carried out, so any may be sent again. Nomad
 * says so of connections (`http_max_conns_per_client`), Consul of requests (`limits.request_limits`), neither with a
 * `Retry-After`; a proxy before them may add one. One that says when it will be back (503 with `Retry-After`) is asked again
 * only what changes nothing. Without that header the pauses grow, from half to one and a half of 100 ms on.
 */
export function createPauses({ random = Math.random }: { readonly random?: () => number } = {}): Pauses {
  let made = 0;
  let spentMs = 0;
  return {
    next({ status, isRead, retryAfter }) {
      const asked = retryAfterMs(retryAfter);
      if (status !== 429 && !(status === 503 && isRead && asked !== undefined)) return undefined;
      const pauseMs = Math.min(LONGEST_MS, asked ?? jittered(FIRST_MS * 2 ** made, random));
      if (spentMs + pauseMs > PATIENCE_MS) return undefined;
      made += 1;
      spentMs += pauseMs;
      return pauseMs;
    },
  };
}

/** Seconds, or a date. https://www.rfc-editor.org/rfc/rfc9110#name-retry-after */
export function retryAfterMs(header: string | undefined, now: number = Date.now()): number | undefined {
  if (header === undefined) return undefined;
  const ms = /^\s*\d+\s*$/.test(header) ? Number(header) * 1000 : Date.parse(header) - now;
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
