import { againWords, completeWords, flagWords } from './complete-words.js';
import type { GivenCommand } from './given-command.js';
import type { Hint, HintPart } from './hint.js';
import { shellWord } from '../shell-word.js';

/**
 * The line to show. Each command in it does the same when it is pasted into a shell of the folder, with the environment, in
 * which `given` ran.
 */
export function renderHint({ parts }: Hint, given: GivenCommand = {}): string {
  return parts.map((part) => renderPart(part, given)).join('');
}

function renderPart(part: HintPart, given: GivenCommand): string {
  if (typeof part === 'string') return part;
  if ('again' in part) {
    const words = againWords(part.again, given);
    if (words !== undefined) return line('nomadctl', words, given);
    const flags = Object.entries(part.again).flatMap(([name, value]) => (value === undefined ? [] : [flagWords(name, value).join(' ')]));
    return `run the same command again${flags.length === 0 ? '' : ` with ${flags.join(' ')}`}`;
  }
  return line(part.program, part.words, given);
}

function line(program: string, words: Extract<HintPart, { program: string }>['words'], given: GivenCommand): string {
  const whole = program === 'nomadctl' ? [...(given.program ?? [program]), ...completeWords(words, given)] : [program, ...words.map(String)];
  return whole.map(wordOf).join(' ');
}

/** What stands for a value that only the user knows stays as it is: no shell takes it for one. */
function wordOf(word: string): string {
  return /^<[a-z-]+>$/.test(word) ? word : shellWord(word);
}
