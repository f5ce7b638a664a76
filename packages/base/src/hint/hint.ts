/**
 * What to do next, as data: prose, and commands as words. Nobody writes a command line by hand, for where a hint is made
 * nobody knows all that was given. `render-hint.ts` makes the line, with the cluster, the variables, the files and the
 * namespace of the command that was given, and quotes every word.
 */
export interface Hint {
  readonly parts: readonly HintPart[];
}

export type HintPart = string | HintedCommand | CommandAgain;

/** One program with its words, unquoted. */
export interface HintedCommand {
  readonly program: string;
  readonly words: readonly HintWord[];
  /** Only root may. */
  readonly asRoot?: true;
}

/** The command that was given, with these flags and arguments otherwise: `undefined` leaves one out, `false` says its opposite, a list comes on top. */
export interface CommandAgain {
  readonly again: Readonly<Record<string, string | boolean | readonly string[] | undefined>>;
}

/**
 * The job as the command that was given names it: its file or its name in the catalogue, with variables and variable files.
 * A job's id says none of that, and would deploy the defaults.
 */
export const GIVEN_JOB = Symbol('the job that was given');

export type HintWord = string | typeof GIVEN_JOB;

/** A value is one word, or a part of one; a list is so many words; `undefined` is none. */
type Value = string | number | readonly string[] | typeof GIVEN_JOB | undefined;

/** nomadctl`job status ${id}`: no quotes, and no cluster where it is the one that was meant all the time. */
export function nomadctl(text: TemplateStringsArray, ...values: readonly Value[]): Hint {
  return { parts: [{ program: 'nomadctl', words: wordsOf(text, values) }] };
}

/** Another program of this computer: shell`ls -ld ${path}`. What must reach a cluster's agents goes through `nomadctl exec`. */
export function shell(text: TemplateStringsArray, ...values: readonly Value[]): Hint {
  const [program, ...words] = wordsOf(text, values);
  return { parts: [{ program: String(program), words }] };
}

/** As `shell`, for what only root may do: with `sudo` where somebody else runs us. */
export function asRoot(text: TemplateStringsArray, ...values: readonly Value[]): Hint {
  const [program, ...words] = wordsOf(text, values);
  return { parts: [{ program: String(program), words, asRoot: true }] };
}

/** What was given, once more; with `{ parallel: '1' }` that flag is another one. */
export function again(changes: CommandAgain['again'] = {}): Hint {
  return { parts: [{ again: changes }] };
}

/** Opens a file in the editor of the user's choice. */
export function edit(path: string): Hint {
  return { parts: ['"${EDITOR:-vi}" ', { program: path, words: [] }] };
}

/** Prose, with commands in it: hint`${nomadctl`list`} && ${nomadctl`use <cluster>`}`. */
export function hint(text: TemplateStringsArray, ...values: readonly (string | number | Hint)[]): Hint {
  const parts = text.flatMap((piece, index): readonly HintPart[] => {
    const value = values[index];
    if (value === undefined) return [piece];
    return typeof value === 'object' ? [piece, ...value.parts] : [piece, String(value)];
  });
  return { parts: parts.filter((part) => part !== '') };
}

/** The words after `nomadctl` of a hint that begins with a command of ours. */
export function firstCommand({ parts: [first] }: Hint): readonly HintWord[] | undefined {
  return typeof first === 'object' && 'program' in first && first.program === 'nomadctl' ? first.words : undefined;
}

function isJob(value: Value): value is typeof GIVEN_JOB {
  return value === GIVEN_JOB;
}

/** White space in the text parts words; what a value holds never does. */
function wordsOf(text: TemplateStringsArray, values: readonly Value[]): HintWord[] {
  const words: HintWord[] = [];
  let word: string | undefined;
  const end = (): void => {
    if (word !== undefined) words.push(word);
    word = undefined;
  };
  for (const [index, piece] of text.entries()) {
    for (const [position, fragment] of piece.split(/\s+/).entries()) {
      if (position > 0) end();
      if (fragment !== '') word = (word ?? '') + fragment;
    }
    const value = values[index];
    if (typeof value === 'string' || typeof value === 'number') word = (word ?? '') + String(value);
    else if (isJob(value)) words.push(value);
    else words.push(...(value ?? []));
  }
  end();
  return words;
}
