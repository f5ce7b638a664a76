import type { Context } from '../context.js';
import type { Secret, SecretDocument } from '@nomadctl/base/secret/secret';
import type { Hint } from '@nomadctl/base/hint/hint';

/** One verb: data first, the handler last. Help, completion and docs/reference/commands.md derive from the data. */
export interface Command {
  readonly arguments?: readonly ArgumentSpec[];
  readonly flags?: readonly FlagSpec[];
  /** At least one; each works when pasted. */
  readonly examples: readonly string[];
  /** A paragraph under the summary, where one is needed. */
  readonly about?: string;
  /** For commands with flags of several owners: whose of them `--help` shows. Never throws. */
  helpOwner?(input: CommandInput, ctx: Context): Promise<string>;
  run(input: CommandInput, ctx: Context): Promise<CommandResult | undefined>;
}

export interface ArgumentSpec {
  readonly name: string;
  readonly summary: string;
  readonly required?: boolean;
  readonly variadic?: boolean;
  /** What the shell offers: `cluster`, `node`, `job`, or fixed words; `namespace` and `token` are asked of the cluster. */
  readonly completes?: 'cluster' | 'node' | 'job' | 'tool' | 'key' | 'namespace' | 'token' | readonly string[];
}

export interface FlagSpec {
  /** As commander spells it: `--clients <count>`, `--plan`, `--no-verify`, `-f, --follow`. */
  readonly flag: string;
  readonly summary: string;
  readonly choices?: readonly string[];
  /** Help leaves it out. */
  readonly hidden?: boolean;
  /** May be given several times; the value is then a list. */
  readonly repeatable?: boolean;
  /** The heading that help lists it under. */
  readonly group?: string;
  /** Of a setting that only clusters of one place have: that place, as help names it. `--help` leaves out those of others. */
  readonly owner?: string;
}

export interface CommandInput {
  /** By argument name; a variadic one is a list. */
  readonly args: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** By camel-cased flag name; absent flags are absent. */
  readonly flags: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/** What a command found or did. `text` goes to standard output; with `--json`, `data` goes there instead. */
export interface CommandResult {
  readonly data: unknown;
  readonly text: string;
  /** What comes next: a line under `text`. */
  readonly next?: Hint | undefined;
  readonly exitCode?: number;
  /** In place of both, for a command that is asked for secrets: printed as it is. */
  readonly disclosure?: Disclosure;
}

/** Text in pieces, and data, with secrets in them. */
export interface Disclosure {
  readonly text: readonly (string | Secret)[];
  readonly data: SecretDocument;
}

export interface CommandGroup {
  readonly commands: readonly CommandEntry[];
}

/** One line of an index: enough for `--help`; the rest is loaded when the command is chosen. */
export interface CommandEntry {
  readonly name: string;
  readonly summary: string;
  /** What follows its first word is for another program to understand. */
  readonly passThrough?: boolean;
  readonly load: () => Promise<{ readonly command: Command | CommandGroup }>;
}

/** The value of an argument that takes one word. */
export function wordOf(input: CommandInput, name: string): string | undefined {
  const value = input.args[name];
  return typeof value === 'string' ? value : undefined;
}

/** The value of a flag that takes one word. */
export function flagOf(input: CommandInput, name: string): string | undefined {
  const value = input.flags[name];
  return typeof value === 'string' ? value : undefined;
}
