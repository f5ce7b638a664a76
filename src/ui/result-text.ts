import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import type { Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Style } from './ui.js';

interface Result {
  readonly text: string;
  readonly next?: Hint | undefined;
}

/** A result for people: what was found or done, then a line of what comes next, with its commands painted. */
export function resultText({ text, next }: Result, { style, given }: { readonly style: Style; readonly given: GivenCommand }): string {
  return next === undefined ? text : `${text}\nNext:  ${renderHint(next, given, (command) => style.accent(command))}`;
}
