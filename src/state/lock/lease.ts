import { setTimeout as sleep } from 'node:timers/promises';
import { formatDuration } from '@nomadctl/base/duration';
import { withinTime } from '@nomadctl/base/signals/any-signal';

/** Somebody else has what was held, or may have had it meanwhile. The message is a sentence without a full stop. */
export class LeaseLost extends Error {}

/** What is held for as long as its holder says again and again that he is there. */
export interface Lease {
  /** Aborted with a `LeaseLost` when what it was held for must end. */
  readonly lost: AbortSignal;
  /**
   * Returns when it is held for sure: at once where that was heard just now, else when the place answers. One that does not answer for long is
   * as good as lost: by then somebody else may have it.
   * @throws LeaseLost; the signal's reason
   */
  confirm(signal: AbortSignal): Promise<void>;
  /** Asks at once, for something seems to have changed. */
  look(): void;
  /** Ends the renewals; what is held stays as it is. */
  end(): Promise<void>;
}

export interface LeaseTerms {
  readonly everyMs: number;
  /** For how long nobody else gets it, whatever becomes of us. */
  readonly holdsMs: number;
  /**
   * Says once more that we are there.
   * @param unheardMs for how long the place has not confirmed it
   * @throws LeaseLost; anything else where the place does not answer
   */
  readonly renew: (unheardMs: number) => Promise<void>;
  /** Lost as soon as somebody else may have it, though the place does not answer. */
  readonly endsUnheard?: boolean;
  /** How long `confirm` waits for a place that does not answer. */
  readonly patienceMs?: number;
}

const PATIENCE_MS = 60_000;
const PAUSE_MS = 250;

export function openLease({ everyMs, holdsMs, renew, endsUnheard = false, patienceMs = PATIENCE_MS }: LeaseTerms): Lease {
  const lost = new AbortController();
  let confirmed = Date.now();
  let renewing: Promise<void> = Promise.resolve();
  const unheard = (): number => Date.now() - confirmed;
  const lose = (error: LeaseLost): void => lost.abort(error);
  const once = async (): Promise<void> => {
    if (lost.signal.aborted) return;
    const at = Date.now();
    try {
      await renew(unheard());
      confirmed = at;
    } catch (error) {
      if (error instanceof LeaseLost) lose(error);
      else if (endsUnheard && unheard() > holdsMs) lose(new LeaseLost(silentFor(unheard())));
    }
  };
  // One after the other: a slow answer must not have it renewed, or taken again, twice at once.
  const renewNow = (): Promise<void> => (renewing = renewing.then(once));
  const renewal = setInterval(() => void renewNow(), everyMs);
  renewal.unref();
  return {
    lost: lost.signal,
    look: () => void renewNow(),
    async confirm(signal) {
      const asked = Date.now();
      let patience: AbortSignal | undefined;
      for (;;) {
        await renewNow();
        lost.signal.throwIfAborted();
        // What was confirmed before is good for as long as nobody else can have it.
        if (confirmed >= asked || unheard() < holdsMs) return;
        patience ??= withinTime(signal, patienceMs);
        await sleep(PAUSE_MS, undefined, { signal: patience }).catch(() => undefined);
        signal.throwIfAborted();
        if (patience.aborted) lose(new LeaseLost(silentFor(unheard())));
      }
    },
    async end() {
      clearInterval(renewal);
      await renewing;
    },
  };
}

const silentFor = (ms: number): string =>
  `what keeps the lock has not answered for ${formatDuration(ms)}: somebody else may have it by now`;
