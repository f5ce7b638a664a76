import type { GivenCommand } from '@nomadctl/base/hint/given-command';
import type { Hint } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Style } from './ui.js';

/** The last line of a result: what comes next, with its commands painted. */
export function nextLine(next: Hint, { style, given }: { readonly style: Style; readonly given: GivenCommand }): string {
  return `Next:  ${renderHint(next, given, (command) => style.accent(command))}`;
}
