import { shellWord } from '@nomadctl/base/shell-word';
import { toText } from './from-text.js';
import type { OptionValue } from './option.js';
import type { Problem } from './problem.js';

/** Values by key. */
export type SomeSettings = Readonly<Record<string, OptionValue>>;

/** Settings that are each fine alone, and not together. */
export interface Conflict {
  readonly text: string;
  readonly why?: string;
  /** What would settle it. */
  readonly fix?: SomeSettings;
  /** The command that settles it, where settings cannot. */
  readonly next?: string;
  /** Somebody has to agree, and then it is none: where people can be asked, they are. */
  readonly asks?: boolean;
}

/** @param command the one that sets these things: `config set`, or `init` with flags. */
export function conflictProblem({ text, why, fix, next }: Conflict, command: (changes: SomeSettings) => string, file?: string): Problem {
  return {
    where: '',
    text,
    ...(why === undefined ? {} : { why }),
    ...(next === undefined && fix === undefined ? {} : { next: next ?? command(fix ?? {}) }),
    ...(file === undefined ? {} : { file }),
  };
}

/** `nomadctl config set allowAnyone true --cluster prod` */
export function setCommand(cluster: string, changes: SomeSettings): string {
  const words = Object.entries(changes).flatMap(([key, value]) => [key, wordOf(toText(value))]);
  return ['nomadctl config set', ...words, '--cluster', cluster].join(' ');
}

/** What stands for a value that only the user knows is left as it is. */
export function wordOf(text: string): string {
  return /^<[a-z-]+>$/.test(text) ? text : shellWord(text);
}
