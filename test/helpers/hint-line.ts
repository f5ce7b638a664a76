import type { GivenCommand } from '../../packages/base/src/hint/given-command.js';
import type { Hint } from '../../packages/base/src/hint/hint.js';
import { renderHint } from '../../packages/base/src/hint/render-hint.js';

/** For matchers: a hint whose line matches. */
export function hintMatching(pattern: RegExp): Hint {
  return {
    asymmetricMatch: (next: Hint | undefined) => pattern.test(hintLine(next)),
    toString: () => `hint matching ${String(pattern)}`,
  } as unknown as Hint;
}

/** A hint as a line; without one an empty line. */
export function hintLine(next: Hint | undefined, given?: GivenCommand): string {
  return next === undefined ? '' : renderHint(next, given);
}
