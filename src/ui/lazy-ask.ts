import { AnswerNeededError } from '@nomadctl/base/errors';
import { hint } from '@nomadctl/base/hint/hint';
import type { AskOptions } from './prompts.js';
import type { Ask, Style } from './ui.js';

/** Loads the prompts with the first question: most commands ask nothing. */
export function lazyAsk(options: AskOptions, style: Style): Ask {
  let loading: Promise<Ask> | undefined;
  const load = async (question: { readonly message: string }): Promise<Ask> => {
    if (!options.canAsk) throw nobodyToAsk(question.message);
    return (loading ??= import('./prompts.js').then(({ createPrompts }) => createPrompts(options, style)));
  };
  return {
    canAsk: options.canAsk,
    text: async (question) => (await load(question)).text(question),
    secret: async (question) => (await load(question)).secret(question),
    choice: async (question) => (await load(question)).choice(question),
    choices: async (question) => (await load(question)).choices(question),
    confirm: async (question) => (await load(question)).confirm(question),
  };
}

function nobodyToAsk(message: string): AnswerNeededError {
  return new AnswerNeededError(`the question "${message.trim()}" needs an answer, and there is nobody to ask`, {
    code: 'answer-needed',
    why: 'there is no terminal, or --yes, --json or CI is set',
    next: hint`give the answer as a flag; --help lists them`,
  });
}
