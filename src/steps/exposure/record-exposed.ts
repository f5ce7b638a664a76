import type { Step } from '../../engine/step.js';
import { nothingExposed, type Exposed, type ExposureState } from '../../exposure/exposure.js';

/** What shall be exposed is written down first: a run that ends early is finished by the same command, or by `up`. */
export function recordExposedStep<Subject, State extends ExposureState>(wanted: Exposed): Step<Subject, State> {
  return {
    id: 'record-exposed',
    title: 'Writing down what is exposed',
    hideWhenDone: true,
    provides: ['exposed'],
    isDone({ state }) {
      const now: Exposed = state.exposed ?? nothingExposed;
      return Promise.resolve(JSON.stringify(now) === JSON.stringify(wanted) ? { done: true } : { done: false, because: 'it changes' });
    },
    run: () => Promise.resolve({ state: { exposed: wanted } as Partial<State> }),
  };
}
