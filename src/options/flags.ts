import { flagName, type AnyOption, type OptionTable } from './option.js';
import { shown } from './shown.js';

/** The flag of an option, as `commands/command.ts` describes flags. */
export interface OptionFlag {
  readonly flag: string;
  readonly summary: string;
  readonly choices?: readonly string[];
}

/** The flags of whole tables, in their order; a yes-or-no option has two, and a key of two tables has one. */
export function flagsOf(...tables: readonly OptionTable[]): OptionFlag[] {
  const all = tables.flatMap((table) => Object.entries(table).flatMap(([key, option]) => flagsOfOption(key, option)));
  return all.filter(({ flag }, index) => all.findIndex((other) => other.flag === flag) === index);
}

/** How the flag is written, with its value: `--clients <count>`. */
export function flagUsage(key: string, option: AnyOption): string {
  return option.kind === 'flag' ? flagName(key) : `${flagName(key)} <${option.placeholder ?? PLACEHOLDERS[option.kind]}>`;
}

const PLACEHOLDERS = { count: 'count', text: 'text', choice: 'word', list: 'words' } as const;

function flagsOfOption(key: string, option: AnyOption): OptionFlag[] {
  const name = flagName(key);
  if (option.kind === 'flag') {
    return [
      { flag: name, summary: `${option.summary}${option.default === true ? ' (default)' : ''}` },
      { flag: name.replace('--', '--no-'), summary: `the opposite of ${name}${option.default === false ? ' (default)' : ''}` },
    ];
  }
  const summary = [option.summary, option.kind === 'list' ? 'comma-separated' : '', defaultNote(option)].filter(Boolean).join('; ');
  return [{ flag: flagUsage(key, option), summary, ...(option.choices ? { choices: option.choices } : {}) }];
}

/** A summary that speaks of its default itself needs no note. */
function defaultNote({ default: value, summary, kind }: AnyOption): string {
  if (value === undefined || /\bdefault\b/.test(summary)) return '';
  return `default ${kind === 'list' ? (value as readonly string[]).join(',') : typeof value === 'string' ? value || '""' : shown(value)}`;
}
