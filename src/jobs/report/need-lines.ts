import { GIVEN_JOB, nomadctl } from '@nomadctl/base/hint/hint';
import { renderHint } from '@nomadctl/base/hint/render-hint';
import type { Context } from '../../context.js';
import type { JobState } from '../job-state.js';
import { specOf } from '../../programs/tool-versions.js';

/** What a job needs of others and does not have, and programs that a deploy makes first, a line each. */
export function needLines(
  { needs = [], rendered }: Pick<Partial<JobState>, 'needs' | 'rendered'>,
  { given }: Pick<Context, 'given'>,
): string[] {
  const installs = (rendered?.installs ?? []).map((tool) => `${tool} ${specOf(tool).version}`);
  return [
    ...needs.map((need) => {
      const both = renderHint(nomadctl`job deploy ${GIVEN_JOB} --with ${need.job}`, given);
      return `note: no service ${need.service} is well, which it needs for ${need.for}: ${both}`;
    }),
    ...(installs.length > 0
      ? [`note: ${installs.join(' and ')} ${installs.length > 1 ? 'are' : 'is'} not here yet, and made first; a build takes some minutes`]
      : []),
  ];
}
