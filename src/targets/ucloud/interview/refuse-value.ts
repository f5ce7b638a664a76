import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import type { OptionValue } from '../../../options/option.js';
import type { InterviewContext, Key } from './interview-context.js';

const MOST_SHOWN = 12;

interface Refused {
  readonly key: Key;
  readonly value: string;
  /** What UCloud does offer. */
  readonly offered: readonly string[];
  /** The nearest of it. */
  readonly instead: OptionValue | undefined;
}

/** For a setting that UCloud does not offer: what it does offer, and the same command with the nearest of it. */
export function refuseValue(interview: InterviewContext, { key, value, offered, instead }: Refused): UsageError {
  const more = offered.length > MOST_SHOWN ? ` and ${offered.length - MOST_SHOWN} more` : '';
  return new UsageError(`${key} "${value}" is not offered by UCloud here`, {
    code: 'ucloud-not-offered',
    why: offered.length === 0 ? 'nothing of the kind is' : `it offers ${offered.slice(0, MOST_SHOWN).join(', ')}${more}`,
    next: instead === undefined ? nomadctl`config explain ${key}` : interview.again({ [key]: instead }),
  });
}
