import * as z from 'zod';
import { suggest } from '@nomadctl/base/suggest';
import type { AnyOption, OptionValue } from './option.js';
import { quoteValue } from './quote-value.js';

/** What a value of an option must look like, whichever source it came from. Every message has the value in it. */
export function schemaOfOption(option: AnyOption): z.ZodType<OptionValue> {
  const check = option.check as ((value: OptionValue) => string | undefined) | undefined;
  return (SCHEMAS[option.kind](option) as z.ZodType<OptionValue>).superRefine((value, refinement) => {
    const problem = check?.(value);
    if (problem !== undefined)
      refinement.addIssue({ code: 'custom', message: mentions(problem, value) ? problem : `${problem} (got ${quoteValue(value)})` });
  });
}

const SCHEMAS: Readonly<Record<AnyOption['kind'], (option: AnyOption) => z.ZodType>> = {
  count: () => z.int({ error: ({ input }) => `must be a whole number (got ${quoteValue(input)})` }),
  text: () =>
    z.string({ error: ({ input }) => `must be text (got ${quoteValue(input)})${typeof input === 'number' ? ': put it in quotes' : ''}` }),
  flag: () => z.boolean({ error: ({ input }) => `must be true or false (got ${quoteValue(input)})` }),
  choice: ({ choices = [] }) => z.enum([...choices] as [string, ...string[]], { error: ({ input }) => notOneOf(input, choices) }),
  list: ({ mayBeEmpty }) => {
    const error = ({ input }: { input?: unknown }): string => `must be a list of words, such as [a, b] (got ${quoteValue(input)})`;
    const words = z.array(z.string({ error }).min(1, { error }), { error });
    return mayBeEmpty ? words : words.min(1, { error: 'must have at least one word (got none)' });
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
