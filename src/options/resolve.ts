import { AnswerNeededError } from '@nomadctl/base/errors';
import type { Hint } from '@nomadctl/base/hint/hint';
import { fromText } from './from-text.js';
import { envName, flagName, type OptionTable, type OptionValue, type Settings } from './option.js';
import { errorOf, type Problem } from './problem.js';
import { valueProblem } from './value-problem.js';

/** Where a value came from; `where` is the flag, the variable, or `path:line`, and empty for the others. */
export interface Source {
  readonly kind: (typeof PRECEDENCE)[number];
  readonly where: string;
}

/** Strongest first. The one place that says so. `cluster` is what one that is there was made with. */
export const PRECEDENCE = ['flag', 'environment', 'file', 'answer', 'cluster', 'default'] as const;

export interface SourcedValue {
  readonly value: unknown;
  readonly where: string;
}

export interface OptionInputs {
  /** By camel-cased flag name, as commands get them. */
  readonly flags?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** By key; validated where the file was read. */
  readonly file?: Readonly<Record<string, SourcedValue>>;
  /** By key. */
  readonly answers?: Readonly<Record<string, unknown>>;
  /** By key: with what the cluster was made that is there, for what must not change because a default does. */
  readonly made?: Readonly<Record<string, unknown>> | undefined;
}

export interface Resolution<Table extends OptionTable> {
  /** Whole only when there are no problems and nothing is missing. */
  readonly settings: Settings<Table>;
  readonly sources: Readonly<Record<string, Source>>;
  readonly problems: readonly Problem[];
  /** Keys without a default that nobody gave. */
  readonly missing: readonly string[];
}

/** Takes each option from its strongest source. Never throws: `settled` does, once for all problems. */
export function resolveOptions<Table extends OptionTable>(table: Table, inputs: OptionInputs): Resolution<Table> {
  const settings: Record<string, OptionValue> = {};
  const sources: Record<string, Source> = {};
  const problems: Problem[] = [];
  const missing: string[] = [];
  for (const [key, option] of Object.entries(table)) {
    const found = strongest(key, inputs) ?? { kind: 'default' as const, value: option.default as unknown, where: '' };
    if (found.value === undefined) {
      missing.push(key);
      continue;
    }
    sources[key] = { kind: found.kind, where: found.where };
    const value = fromText(option, found.value);
    const text = valueProblem(option, value);
    if (text === undefined) settings[key] = value as OptionValue;
    else
      problems.push({
        where: found.where,
        text,
        why: `${key}: ${option.summary}`,
        ...(found.where === '' ? { key } : {}),
      });
  }
  return { settings: settings as Settings<Table>, sources, problems, missing };
}

/**
 * The settings, when nothing is wrong or missing.
 * @throws UsageError or ConfigError with every problem; AnswerNeededError with every missing flag.
 */
export function settled<Table extends OptionTable>(resolution: Resolution<Table>, table: Table, next: Hint): Settings<Table> {
  if (resolution.problems.length > 0) throw errorOf(resolution.problems, next);
  if (resolution.missing.length > 0) throw answersNeeded(resolution.missing, table, next);
  return resolution.settings;
}

function answersNeeded(missing: readonly string[], table: OptionTable, next: Hint): AnswerNeededError {
  const flags = missing.map(flagName);
  return new AnswerNeededError(`${flags.join(', ')} ${flags.length === 1 ? 'has' : 'have'} to be given: there is nobody to ask`, {
    code: 'answer-needed',
    why: missing.map((key) => `${flagName(key)} or ${envName(key)}: ${table[key]?.summary ?? key}`),
    next,
    details: { flags },
  });
}

type Look = (key: string, inputs: OptionInputs) => SourcedValue | undefined;

/** What each source says of a key. Every command asks all of them for every key: what nobody said is not put into words. */
const LOOKS: Readonly<Record<Source['kind'], Look>> = {
  flag: (key, { flags }) => flags && said(flags[flagKey(key)], () => flagName(key)),
  // An empty variable counts as none: that is how shells and CI systems unset one.
  environment: (key, { env }) => env && said(env[envName(key)] || undefined, () => envName(key)),
  file: (key, { file }) => file && said(file[key]?.value, () => file[key]?.where ?? ''),
  answer: (key, { answers }) => answers && said(answers[key], () => ''),
  cluster: (key, { made }) => made && said(made[key], () => ''),
  default: () => undefined,
};

function said(value: unknown, where: () => string): SourcedValue | undefined {
  return value === undefined ? undefined : { value, where: where() };
}

function strongest(key: string, inputs: OptionInputs): (SourcedValue & Source) | undefined {
  for (const kind of PRECEDENCE) {
    const found = LOOKS[kind](key, inputs);
    if (found) return { kind, ...found };
  }
  return undefined;
}

/** Whether somebody has said it, rather than nobody. */
export function isSaid(source: Source | undefined): boolean {
  return source !== undefined && source.kind !== 'default' && source.kind !== 'cluster';
}

/** `versions.consul` -> `versionsConsul`: how the flag's value is named in `CommandInput.flags`. */
export function flagKey(key: string): string {
  return flagName(key)
    .slice(2)
    .replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
}
