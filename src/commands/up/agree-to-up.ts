import type { Context } from '../../context.js';
import { AbortError } from '@nomadctl/base/errors';
import { again, hint } from '@nomadctl/base/hint/hint';
import type { Agreement } from '../../targets/target.js';
import { nobodyAgrees } from '../nobody-agrees.js';

/**
 * What would be open to others is made only when somebody has agreed to it, or `--yes` does. Returns whether somebody was asked, and so
 * has read the warning.
 * @throws AnswerNeededError where nobody can be asked; AbortError when the answer was no.
 */
export async function agreeToUp(agreement: Agreement, { global, ui }: Pick<Context, 'global' | 'ui'>): Promise<boolean> {
  if (global.yes) return false;
  const { summary, warning, question, instead } = agreement;
  if (!ui.ask.canAsk) {
    const next = hint`${again(instead)}, or ${again({ yes: true })}`;
    throw nobodyAgrees(`${summary}: there is nobody to agree to it`, { why: warning, next });
  }
  ui.warn(warning);
  if (await ui.ask.confirm({ message: question, default: false })) return true;
  throw new AbortError(`Nothing was changed: ${summary}, and nobody agreed to it`, 1, { next: again(instead) });
}
