import { toText } from './from-text.js';
import type { OptionValue } from './option.js';
import type { Problem } from './problem.js';
import { nomadctl, type Hint } from '@nomadctl/base/hint/hint';

/** Values by key. */
export type SomeSettings = Readonly<Record<string, OptionValue>>;

/** Settings that are each fine alone, and not together. */
export interface Conflict {
  readonly text: string;
  readonly why?: string;
  /** What would settle it. */
  readonly fix?: SomeSettings;
  /** The command that settles it, where settings cannot. */
  readonly next?: Hint;
  /** Somebody has to agree, and then it is none: where people can be asked, they are. */
  readonly asks?: boolean;
}

/** @param command the one that sets these things: `config set`, or `init` with flags. */
export function conflictProblem({ text, why, fix, next }: Conflict, command: (changes: SomeSettings) => Hint, file?: string): Problem {
  return {
    where: '',
    text,
    ...(why === undefined ? {} : { why }),
    ...(next === undefined && fix === undefined ? {} : { next: next ?? command(fix ?? {}) }),
    ...(file === undefined ? {} : { file }),
  };
}

/** `nomadctl config set allowAnyone true --cluster prod` */
export function setCommand(cluster: string, changes: SomeSettings): Hint {
  return nomadctl`config set ${Object.entries(changes).flatMap(([key, value]) => [key, toText(value)])} --cluster ${cluster}`;
}
