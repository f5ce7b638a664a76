import { OutcomeError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';

/** Between reading a state and writing the next one somebody else wrote. */
export function changedMeanwhile(title: string): OutcomeError {
  return new OutcomeError(`${title} was written by somebody else meanwhile`, {
    code: 'state-changed',
    why: 'nothing was replaced',
    next: again(),
  });
}

export function lockStays(id: string, { title, why }: { readonly title: string; readonly why: string }): OutcomeError {
  return new OutcomeError(`the lock ${id} on ${title} stays`, { code: 'lock-stays', why, next: again() });
}
