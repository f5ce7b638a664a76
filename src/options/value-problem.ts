import { suggest } from '@nomadctl/base/suggest';
import type { AnyOption, OptionValue } from './option.js';
import { quoteValue } from './quote-value.js';

/**
 * Why a value cannot be that of an option, whichever source it came from; nothing when it can. Every message has the value
 * in it. Written out: every command checks the values of a cluster file, and a library for schemas takes a tenth of its start.
 */
export function valueProblem(option: AnyOption, value: unknown): string | undefined {
  const shape = SHAPES[option.kind](option, value);
  if (shape !== undefined) return shape;
  const check = option.check as ((value: OptionValue) => string | undefined) | undefined;
  const problem = check?.(value as OptionValue);
  if (problem === undefined) return undefined;
  return mentions(problem, value as OptionValue) ? problem : `${problem} (got ${quoteValue(value)})`;
}

const SHAPES: Readonly<Record<AnyOption['kind'], (option: AnyOption, value: unknown) => string | undefined>> = {
  count: (_, value) => (Number.isSafeInteger(value) ? undefined : `must be a whole number (got ${quoteValue(value)})`),
  text(_, value) {
    if (typeof value === 'string') return undefined;
    return `must be text (got ${quoteValue(value)})${typeof value === 'number' ? ': put it in quotes' : ''}`;
  },
  flag: (_, value) => (typeof value === 'boolean' ? undefined : `must be true or false (got ${quoteValue(value)})`),
  choice: ({ choices = [] }, value) => (choices.includes(value as string) ? undefined : notOneOf(value, choices)),
  list({ mayBeEmpty }, value) {
    const wrong = Array.isArray(value) ? value.findIndex((word) => typeof word !== 'string' || word === '') : -1;
    if (!Array.isArray(value) || wrong >= 0) {
      const got: unknown = Array.isArray(value) ? value[wrong] : value;
      return `must be a list of words, such as [a, b] (got ${quoteValue(got)})`;
    }
    return value.length === 0 && !mayBeEmpty ? 'must have at least one word (got none)' : undefined;
  },
};

/** For words that come from a fixed list. */
export function notOneOf(value: unknown, words: readonly string[]): string {
  const nearest = typeof value === 'string' ? suggest(value, words) : undefined;
  return `must be ${words.length === 1 ? '' : 'one of '}${words.join(', ')} (got ${quoteValue(value)}${nearest ? `; did you mean "${nearest}"?` : ''})`;
}

function mentions(problem: string, value: OptionValue): boolean {
  const words = Array.isArray(value) ? (value as readonly string[]) : [String(value)];
  return words.some((word) => problem.includes(`"${word}"`));
}
