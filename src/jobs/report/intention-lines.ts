import { nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Context } from '../../context.js';
import type { JobState, NeededIntention } from '../job-state.js';
import { marked } from './format-diff.js';

/** `web to redis`, `stranger to redis (deny)`. */
export function intentionInWords({ source, destination, action }: NeededIntention): string {
  return `${source} to ${destination}${action === 'deny' ? ' (deny)' : ''}`;
}

/** What a deploy writes itself. */
export function toAllow(intentions: JobState['intentions']): JobState['intentions'] {
  return intentions.filter(({ isDenied, isTold }) => !isDenied && isTold !== true);
}

/** What a deploy would allow, and what it leaves denied, a line each. */
export function intentionLines(intentions: JobState['intentions'], { ui: { style }, given }: Pick<Context, 'ui' | 'given'>): string[] {
  return intentions.map((needed) => {
    if (needed.isDenied) return `warning: an intention denies ${intentionInWords(needed)}, which this job needs; it stays denied`;
    if (needed.isTold !== true)
      return marked(style, 'Added', `intention ${needed.source} to ${needed.destination} (${needed.action ?? 'allow'})`);
    const allow = renderHint(nomadctl`access intention allow ${needed.source} ${needed.destination}`, given);
    return `warning: nothing allows ${intentionInWords(needed)}, so its connections will be closed: ${allow}`;
  });
}
