import type { CheckResult } from './check-context.js';

export interface ProbeReport {
  readonly probes: number;
  readonly failedProbes: number;
  /** From the last answer before the first failure to the first of the answers that lasted. */
  readonly downtimeMs: number;
}

export interface AvailabilityProbe {
  /** Resolves when `times` answers in a row have come, all asked after this call. */
  steady(times: number, signal: AbortSignal): Promise<void>;
  /** Ends the probing. */
  stop(): Promise<ProbeReport>;
}

export interface ProbeOptions {
  readonly check: () => Promise<CheckResult>;
  readonly now: () => number;
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
}

const PAUSE_MS = 50;

/** Asks again and again, one question at a time, and keeps account of when there was no answer. */
export function startProbe({ check, now, sleep }: ProbeOptions): AvailabilityProbe {
  const stopping = new AbortController();
  const account = { probes: 0, failed: 0, lastAnswer: now(), outageFrom: undefined as number | undefined, streak: 0, streakFrom: now() };
  let failure: unknown;
  const loop = (async () => {
    while (!stopping.signal.aborted) {
      const { ok } = await check();
      record(account, ok, now());
      await sleep(PAUSE_MS, stopping.signal).catch(() => {});
    }
  })().catch((error: unknown) => {
    failure = error;
    stopping.abort();
  });
  return {
    async steady(times, signal) {
      const from = account.probes + 1;
      while (account.probes - from < times || account.streak < times) {
        if (stopping.signal.aborted) throw failure ?? new Error('the probe was stopped');
        await sleep(PAUSE_MS, signal);
      }
    },
    async stop() {
      stopping.abort();
      await loop;
      const downtimeMs = account.outageFrom === undefined ? 0 : account.streakFrom - account.outageFrom;
      return { probes: account.probes, failedProbes: account.failed, downtimeMs };
    },
  };
}

function record(
  account: { probes: number; failed: number; lastAnswer: number; outageFrom: number | undefined; streak: number; streakFrom: number },
  ok: boolean,
  at: number,
): void {
  account.probes++;
  if (!ok) {
    account.failed++;
    account.outageFrom ??= account.lastAnswer;
    account.streak = 0;
    return;
  }
  if (account.streak === 0) account.streakFrom = at;
  account.streak++;
  account.lastAnswer = at;
}
