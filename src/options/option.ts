/**
 * One setting of a cluster. From this one description follow its flag, environment variable, key in the cluster file,
 * question, validation and help. A target lists its options as a table: key in the cluster file -> option.
 */
export interface Option<Value extends OptionValue = OptionValue> {
  readonly kind: 'count' | 'text' | 'flag' | 'choice' | 'list';
  /** For `--help` and `config explain`: what it sets, with its unit. */
  readonly summary: string;
  /** As `init` asks it. Without one it is never asked. */
  readonly question?: string;
  /** Without one, somebody has to say: a flag, the environment, the cluster file or an answer. */
  readonly default?: Value;
  readonly choices?: readonly string[];
  /** Shown after the flag: `<count>`. */
  readonly placeholder?: string;
  /** For lists: no word at all is a value too. */
  readonly mayBeEmpty?: boolean;
  /** Few need it: help leaves its flag out, and `config show` the default. */
  readonly hidden?: boolean;
  /** The problem with a value of the right kind, or nothing. */
  readonly check?: Check<Value>;
}

/** The problem with a value of the right kind, or nothing. */
export interface Check<Value> {
  (value: Value): string | undefined;
  /** The same as JSON schema, as far as that can say it: what an editor underlines. */
  readonly rule?: Readonly<Record<string, unknown>>;
}

/** A check that editors know, too. What the rule refuses, the check must refuse. */
export const ruled = <Value>(check: (value: Value) => string | undefined, rule: Check<Value>['rule'] & object): Check<Value> =>
  Object.assign(check, { rule });

export type OptionValue = string | number | boolean | readonly string[];

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- each entry of a table has its own value type
export type AnyOption = Option<any>;

/** Keys are those of the cluster file, dotted for nested ones: `servers`, `versions.consul`. */
export type OptionTable = Readonly<Record<string, AnyOption>>;

export type Settings<Table extends OptionTable> = { readonly [Key in keyof Table]: Table[Key] extends Option<infer Value> ? Value : never };

type Described<Value extends OptionValue> = Omit<Option<Value>, 'kind'>;

/** A whole number. */
export const count = (option: Described<number>): Option<number> => ({ kind: 'count', placeholder: 'count', ...option });
export const text = (option: Described<string>): Option<string> => ({ kind: 'text', ...option });
/** Yes or no; as a flag `--split-roles` and `--no-split-roles`. */
export const flag = (option: Described<boolean>): Option<boolean> => ({ kind: 'flag', ...option });
export const choice = <const Word extends string>(option: Described<Word> & { readonly choices: readonly Word[] }): Option<Word> => ({
  kind: 'choice',
  ...option,
});
/** Several words, comma-separated on the command line. */
export const list = (option: Described<readonly string[]>): Option<readonly string[]> => ({ kind: 'list', ...option });

/** `versions.consul` -> `--versions-consul`, `splitRoles` -> `--split-roles`, `programs.consul` -> `--consul-bin`. */
export function flagName(key: string): string {
  return `--${dashed(key)}`;
}

/** `versions.consul` -> `NOMADCTL_VERSIONS_CONSUL`, `programs.consul` -> `NOMADCTL_CONSUL_BIN`. */
export function envName(key: string): string {
  return `NOMADCTL_${dashed(key).replaceAll('-', '_').toUpperCase()}`;
}

/** Every start asks it about dozens of keys: no pattern is compiled for one that needs none. */
function dashed(key: string): string {
  const words = (key.startsWith(PROGRAMS) ? `${key.slice(PROGRAMS.length)}-bin` : key).replaceAll('.', '-');
  return words === words.toLowerCase() ? words : words.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

const PROGRAMS = 'programs.';
