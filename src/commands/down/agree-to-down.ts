import type { Context } from '../../context.js';
import { AbortError, AnswerNeededError } from '@nomadctl/base/errors';
import { again } from '@nomadctl/base/hint/hint';
import type { Destruction } from '../../targets/target.js';

/**
 * What is deleted at a cloud is gone for good: the cluster's name has to be typed. Returns when it was.
 * @throws AnswerNeededError where nobody can be asked; AbortError when nothing was typed.
 */
export async function agreeToDown(name: string, destruction: Destruction | undefined, ctx: Context): Promise<void> {
  if (!destruction || ctx.global.yes) return;
  const cost = destruction.cost === undefined ? '' : ` (${destruction.cost})`;
  if (!ctx.ui.ask.canAsk) {
    throw new AnswerNeededError(`${name} would be destroyed, with ${destruction.summary}: there is nobody to agree to it`, {
      code: 'answer-needed',
      ...(destruction.cost === undefined ? {} : { why: destruction.cost }),
      next: again({ yes: true }),
    });
  }
  const typed = await ctx.ui.ask.text({
    message: `Type the cluster's name to destroy ${destruction.summary}${cost}`,
    check: (value) => (value === name || value === '' ? undefined : `that is not ${name}; nothing at all keeps the cluster`),
  });
  if (typed !== name) throw new AbortError('Nothing was changed', 1, { next: again() });
}
