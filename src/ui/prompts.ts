import { anySignal } from '@nomadctl/base/signals/any-signal';
import { checkbox, confirm, input, password, select } from '@inquirer/prompts';
import { AbortError } from '@nomadctl/base/errors';
import type { Ask, ChoiceQuestion, Style, TextQuestion } from './ui.js';

export interface AskOptions {
  readonly canAsk: boolean;
  readonly ascii: boolean;
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** Questions on a terminal, written to standard error. Ctrl-C, Ctrl-D, a closed terminal and an aborted signal end them quietly. */
export function createPrompts({ stdin, stderr, signal, ascii }: AskOptions, style: Style): Ask {
  const theme = themeFor(style, ascii);
  const asked = <Answer>(prompt: (context: PromptContext) => Promise<Answer>): Promise<Answer> =>
    askOnce(prompt, { stdin, stderr, signal });
  return {
    canAsk: true,
    text: (question) => asked((context) => input({ ...textOf(question), theme }, context)),
    secret: ({ message, check }) => asked((context) => password({ message, mask: '*', validate: validated(check), theme }, context)),
    choice: (question) =>
      asked((context) => select({ ...choicesOf(question), ...defaultOf(question.default), theme, loop: false }, context)),
    choices({ message, choices, default: chosen = [] }) {
      const list = choicesOf({ message, choices }).choices.map((choice) => ({ ...choice, checked: chosen.includes(choice.value) }));
      return asked((context) => checkbox({ message, choices: list, theme, loop: false }, context));
    },
    confirm: ({ message, default: usual = false }) => asked((context) => confirm({ message, default: usual, theme }, context)),
  };
}

interface PromptContext {
  readonly input: NodeJS.ReadStream;
  readonly output: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

async function askOnce<Answer>(
  prompt: (context: PromptContext) => Promise<Answer>,
  { stdin, stderr, signal }: Pick<AskOptions, 'stdin' | 'stderr' | 'signal'>,
): Promise<Answer> {
  const over = new AbortController();
  const stopWatching = watchForEnd(stdin, () => over.abort());
  try {
    return await prompt({ input: stdin, output: stderr, signal: anySignal(signal, over.signal) });
  } catch (error) {
    if (error instanceof Error && /^(ExitPromptError|AbortPromptError|CancelPromptError)$/.test(error.name))
      throw interrupted(signal, error);
    throw error;
  } finally {
    stopWatching();
  }
}

/** The prompts never settle when the input ends under them, and Node would then end the process in silence. */
function watchForEnd(stdin: NodeJS.ReadStream, onEnd: () => void): () => void {
  const onKey = (_text: string | undefined, key: { ctrl?: boolean; name?: string } | undefined): void => {
    // Ctrl-D on an empty line closes the line editor, which pauses its input; anywhere else it only deletes.
    if (key?.ctrl && key.name === 'd') setImmediate(() => stdin.isPaused() && onEnd());
  };
  stdin.on('keypress', onKey).on('end', onEnd).on('close', onEnd);
  return () => void stdin.off('keypress', onKey).off('end', onEnd).off('close', onEnd);
}

function interrupted(signal: AbortSignal, cause: unknown): AbortError {
  const { reason } = signal as { reason?: unknown };
  return new AbortError('Nothing was changed', 130, { why: reason instanceof AbortError ? reason.why : [], cause });
}

function textOf({ message, default: usual, check }: TextQuestion) {
  // The check sees the default too: the Enter key is an answer like any other.
  return { message, ...defaultOf(usual), validate: validated(check) };
}

function defaultOf<Value>(usual: Value | undefined): { default?: Value } {
  return usual === undefined ? {} : { default: usual };
}

function validated(check: TextQuestion['check']) {
  return (value: string): string | true => check?.(value) ?? true;
}

function choicesOf({ message, choices }: Pick<ChoiceQuestion, 'message' | 'choices'>) {
  const listed = choices.map(({ value, label = value, hint }) => ({ value, short: label, name: hint ? `${label}  ${hint}` : label }));
  return { message, choices: listed };
}

/** `? Where should the cluster live?  UCloud`: the same mark before and after the answer. */
function themeFor(style: Style, ascii: boolean) {
  const mark = style.accent('?');
  return {
    prefix: { idle: mark, done: mark },
    style: {
      message: (text: string) => `${style.bold(text)} `,
      answer: style.accent,
      highlight: style.accent,
      error: (text: string) => style.bad(`  ${text}`),
      defaultAnswer: (text: string) => style.dim(`(${text})`),
      help: style.dim,
      key: (text: string) => style.bold(text),
    },
    ...(ascii ? { icon: { cursor: '>', checked: '[x]', unchecked: '[ ]' } } : {}),
  };
}
