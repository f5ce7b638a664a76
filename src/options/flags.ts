import { flagName, type AnyOption, type OptionTable } from './option.js';
import { quoteValue } from './quote-value.js';

/** The flag of an option, as `commands/command.ts` describes flags. */
export interface OptionFlag {
  readonly flag: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  /** Help leaves it out. */
  readonly hidden?: boolean;
  /** The heading that help lists it under. */
  readonly group?: string;
  /** Of a setting that only one place has: `OwnedTable.owner`. */
  readonly owner?: string;
}

/** A table, and whose it is: `this computer`. */
export interface OwnedTable {
  readonly owner: string;
  readonly table: OptionTable;
}

/** The flags of whole tables, in their order; a yes-or-no option has two, and a key of two tables has one. */
export function flagsOf(...tables: readonly OptionTable[]): OptionFlag[] {
  const all = tables.flatMap((table) => Object.entries(table).flatMap(([key, option]) => flagsOfOption(key, option)));
  return all.filter(({ flag }, index) => all.findIndex((other) => other.flag === flag) === index);
}

/** The flags of the tables of several owners: what only one has is under its name, and a shared one tells each default. */
export function flagsOfOwners(owned: readonly OwnedTable[]): OptionFlag[] {
  const ownersOf = (flag: string): readonly OwnedTable[] =>
    owned.filter(({ table }) => flagsOf(table).some((other) => other.flag === flag));
  return flagsOf(...owned.map(({ table }) => table)).map((flag) => {
    const owners = ownersOf(flag.flag);
    const [only, ...others] = owners;
    if (only && others.length === 0) return { ...flag, group: `Settings of clusters on ${only.owner}:`, owner: only.owner };
    const choices = sharedChoices(flag.flag, owners);
    return { ...flag, summary: sharedSummary(flag.flag, owners), ...(choices ? { choices } : {}), group: 'Settings of every cluster:' };
  });
}

/** What any of them takes: only its own table knows whether the cluster that is meant does. */
function sharedChoices(flag: string, owners: readonly OwnedTable[]): readonly string[] | undefined {
  const lists = owners.map(({ table }) => flagsOf(table).find((other) => other.flag === flag)?.choices);
  const all = lists.flatMap((choices) => choices ?? []);
  return lists.every((choices) => choices !== undefined) ? [...new Set(all)] : undefined;
}

function sharedSummary(flag: string, owners: readonly OwnedTable[]): string {
  const summaries = owners.map(({ table, owner }) => ({
    owner,
    summary: flagsOf(table).find((other) => other.flag === flag)?.summary ?? '',
  }));
  const [first = { summary: '' }] = summaries;
  if (summaries.every(({ summary }) => summary === first.summary)) return first.summary;
  const [text = '', ...notes] = [first.summary.split('; default ')[0], ...summaries.map(noteOf)];
  return [text, ...notes].join('; ');
}

const noteOf = ({ owner, summary }: { owner: string; summary: string }): string =>
  `default on ${owner} ${summary.split('; default ')[1] ?? ''}`.trim();

/** How the flag is written, with its value: `--clients <count>`. */
export function flagUsage(key: string, option: AnyOption): string {
  return option.kind === 'flag' ? flagName(key) : `${flagName(key)} <${option.placeholder ?? PLACEHOLDERS[option.kind]}>`;
}

const PLACEHOLDERS = { count: 'count', text: 'text', choice: 'word', list: 'words' } as const;

function flagsOfOption(key: string, option: AnyOption): OptionFlag[] {
  const name = flagName(key);
  const hidden = option.hidden ? { hidden: true } : {};
  if (option.kind === 'flag') {
    return [
      { flag: name, summary: `${option.summary}${option.default === true ? ' (default)' : ''}`, ...hidden },
      { flag: name.replace('--', '--no-'), summary: `the opposite of ${name}${option.default === false ? ' (default)' : ''}`, ...hidden },
    ];
  }
  const summary = [option.summary, option.kind === 'list' ? 'comma-separated' : '', defaultNote(option)].filter(Boolean).join('; ');
  return [
    {
      flag: flagUsage(key, option),
      summary,
      ...(option.choices ? { choices: option.choices } : {}),
      ...hidden,
    },
  ];
}

/** A summary that speaks of its default itself needs no note. */
function defaultNote({ default: value, summary, kind }: AnyOption): string {
  const isNone = value === undefined || value === '' || (Array.isArray(value) && value.length === 0);
  if (isNone || /\bdefault\b/.test(summary)) return '';
  return `default ${kind === 'list' ? (value as readonly string[]).join(',') : typeof value === 'string' ? value : quoteValue(value)}`;
}
