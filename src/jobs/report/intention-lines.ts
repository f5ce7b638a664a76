import type { Context } from '../../context.js';
import type { JobState, NeededIntention } from '../job-state.js';
import { marked } from './format-diff.js';

/** `web to redis`. */
export function intentionInWords({ source, destination }: NeededIntention): string {
  return `${source} to ${destination}`;
}

/** What a deploy would allow, and what it leaves denied, a line each. */
export function intentionLines(intentions: JobState['intentions'], style: Context['ui']['style']): string[] {
  return intentions.map((needed) =>
    needed.isDenied
      ? `warning: an intention denies ${intentionInWords(needed)}, which this job needs; it stays denied`
      : marked(style, 'Added', `intention ${intentionInWords(needed)} (allow)`),
  );
}
