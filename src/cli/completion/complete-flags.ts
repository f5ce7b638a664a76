import type { FlagSpec } from '../../commands/command.js';
import type { Candidate } from './complete-words.js';

/** Whether the flag is followed by a word. */
export function takesValue({ flag }: FlagSpec): boolean {
  return flag.includes('<');
}

/** The flag that is written so, by its long or short name. */
export function flagNamed(name: string, flags: readonly FlagSpec[]): FlagSpec | undefined {
  return flags.find((spec) => namesOf(spec).includes(name));
}

/**
 * Flags for the word being typed, without those that are on the line already, and those that few need only once a letter of them is
 * there; `--flag=` continues with its choices.
 */
export function completeFlags(current: string, flags: readonly FlagSpec[], used: ReadonlyMap<string, unknown>): Candidate[] {
  const [name = current, value] = current.split('=', 2);
  if (value !== undefined) return (flagNamed(name, flags)?.choices ?? []).map((choice) => ({ word: `${name}=${choice}` }));
  const isFirst = (spec: FlagSpec, index: number): boolean => flags.findIndex(({ flag }) => flag === spec.flag) === index;
  const open = flags.filter(
    (spec, index) => isFirst(spec, index) && (spec.repeatable || !used.has(spec.flag)) && (!spec.hidden || current.length > 2),
  );
  return [...open, HELP].flatMap((spec) =>
    namesOf(spec)
      .filter((word) => word.startsWith('--'))
      .map((word) => ({ word, about: spec.summary })),
  );
}

const HELP: FlagSpec = { flag: '-h, --help', summary: 'show help' };

/** `-f, --follow <n>` -> `-f`, `--follow` */
function namesOf({ flag }: FlagSpec): string[] {
  return flag.match(/(?<![\w-])--?[a-zA-Z][\w-]*/g) ?? [];
}
