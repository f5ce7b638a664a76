import { AnswerNeededError } from '@nomadctl/base/errors';
import { again, type Hint } from '@nomadctl/base/hint/hint';

/** Of a question whose answer `--yes` gives, where nobody can be asked. `next`: by default the same command with it. */
export function nobodyAgrees(
  message: string,
  { why, next = again({ yes: true }) }: { readonly why?: string | readonly string[]; readonly next?: Hint },
): AnswerNeededError {
  return new AnswerNeededError(message, {
    code: 'answer-needed',
    ...(why === undefined ? {} : { why }),
    next,
    details: { flags: ['--yes'] },
  });
}
