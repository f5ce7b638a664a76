import { NomadctlError } from '@nomadctl/base/errors';
import { EngineError } from '../engine.js';
import { failureOf } from '../engine-failures.js';
import type { HostParts } from '../hosts/host-step.js';

/** Does some work. @returns false when it failed: that is noted for people, and the work is asked for again after a while. */
export type Attempt = (subject: string, work: () => Promise<void>) => Promise<boolean>;

export interface AttemptOptions extends Pick<HostParts, 'note'> {
  /** For errors that are neither the engine's nor expected. */
  readonly onBug: (error: unknown) => void;
  /** Aborts when the emulator ends: what fails from then on fails because of that, and is not tried again. */
  readonly ending: AbortSignal;
  readonly retry: () => void;
  /** Milliseconds until `retry`. */
  readonly delay?: number;
}

const RETRY_MS = 2000;

export function attempts({ note, onBug, ending, retry, delay = RETRY_MS }: AttemptOptions): Attempt {
  return async (subject, work) => {
    try {
      await work();
      return true;
    } catch (error) {
      if (ending.aborted) return false;
      note(subject, failureOf(error));
      if (!(error instanceof EngineError || error instanceof NomadctlError)) onBug(error);
      setTimeout(retry, delay).unref();
      return false;
    }
  };
}
