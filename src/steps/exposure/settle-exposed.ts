import type { Step } from '../../engine/step.js';
import { nothingExposed, type ExposureState } from '../../exposure/exposure.js';
import { isSettled, settled } from '../../exposure/unsettled.js';

/** A run has come to its end: what was written down is served, and what went is taken back. */
export function settleExposedStep<Subject, State extends ExposureState>(): Step<Subject, State> {
  return {
    id: 'settle-exposed',
    title: 'Writing down that it is served',
    hideWhenDone: true,
    provides: ['exposed'],
    isDone({ state }) {
      return Promise.resolve(isSettled(state.exposed ?? nothingExposed) ? { done: true } : { done: false, because: 'it is' });
    },
    run: () => Promise.resolve({ state: (now) => ({ exposed: settled(now.exposed ?? nothingExposed) }) as Partial<State> }),
  };
}
