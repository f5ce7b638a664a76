import { againWords, completeWords, flagWords } from './complete-words.js';
import type { GivenCommand } from './given-command.js';
import type { Hint, HintPart } from './hint.js';
import { shellWord } from '../shell-word.js';

/**
 * The line to show. Each command in it does the same when it is pasted into a shell of the folder, with the environment, in
 * which `given` ran.
 * @param paint gives a command its colour.
 */
export function renderHint({ parts }: Hint, given: GivenCommand = {}, paint = (command: string): string => command): string {
  return parts.map((part) => (typeof part === 'string' ? part : paint(renderCommand(part, given)))).join('');
}

function renderCommand(part: Exclude<HintPart, string>, given: GivenCommand): string {
  if ('again' in part) {
    const words = againWords(part.again, given);
    if (words !== undefined) return line('nomadctl', words, given);
    const flags = Object.entries(part.again).flatMap(([name, value]) => (value === undefined ? [] : [flagWords(name, value).join(' ')]));
    return `run the same command again${flags.length === 0 ? '' : ` with ${flags.join(' ')}`}`;
  }
  return (part.asRoot ? (given.asRoot ?? 'sudo ') : '') + line(part.program, part.words, given);
}

function line(program: string, words: Extract<HintPart, { program: string }>['words'], given: GivenCommand): string {
  const whole =
    program === 'nomadctl' ? [...(given.program ?? [program]), ...completeWords(words, given)] : [program, ...words.map(String)];
  return whole.map(wordOf).join(' ');
}

/** What stands for a value that only the user knows, `<file>` or `name=<value>`, stays as it is: no shell takes it for one. */
function wordOf(word: string): string {
  return /^([\w.-]+=)?<[a-z-]+>$/.test(word) ? word : shellWord(word);
}
