import type { OutcomeError } from '@nomadctl/base/errors';
import type { Clock } from '@nomadctl/base/clock';
import { hasFormed } from './first-election.js';
import { failureText, type RaftQuestion } from './raft-seen.js';

/** A question to the remaining servers, to be repeated until they have settled. */
export interface SettlingQuestion extends RaftQuestion {
  readonly clock: Clock;
}

const TIMEOUT_MS = 60_000;
const POLL_MS = 500;

/**
 * Repeats a check until it finds no problem: servers need time to settle after one has joined or left. Servers that never
 * had a leader are not checked.
 * @throws what `giveUp` makes of the last problem.
 */
export async function untilSettled<Question extends SettlingQuestion>(
  question: Question,
  problemOf: (question: Question) => Promise<string | undefined>,
  giveUp: (problem: string) => OutcomeError,
): Promise<void> {
  const { clock, signal } = question;
  const deadline = clock.now() + TIMEOUT_MS;
  for (;;) {
    const problem = await problemOf(question).catch(failureText);
    if (problem === undefined || !(await hasFormed(question))) return;
    if (clock.now() > deadline) throw giveUp(problem);
    await clock.sleep(POLL_MS, signal);
  }
}
