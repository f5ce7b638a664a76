import type { AnyOption } from './option.js';

const YES = ['true', 'yes', 'on', '1'];
const NO = ['false', 'no', 'off', '0'];

/**
 * Turns what flags, the environment and prompts hold, which is text, into a value of the option's kind. Text that is
 * none stays as it is: the schema then says so, with the text in the message.
 */
export function fromText(option: Pick<AnyOption, 'kind'>, raw: unknown): unknown {
  if (typeof raw !== 'string') return raw;
  const text = raw.trim();
  if (option.kind === 'count') return /^[+-]?\d+$/.test(text) ? Number(text) : raw;
  if (option.kind === 'flag') return YES.includes(text.toLowerCase()) ? true : NO.includes(text.toLowerCase()) ? false : raw;
  if (option.kind === 'list') return words(text);
  return text;
}

/** The reverse, for prompts and for `config get`. */
export function toText(value: unknown): string {
  return Array.isArray(value) ? value.join(',') : String(value);
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}
