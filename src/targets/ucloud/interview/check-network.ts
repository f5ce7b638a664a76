import { UsageError } from '@nomadctl/base/errors';
import { networkProblems } from '../../../ucloud/network/given-network.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import type { OpenDesk } from './interview-context.js';

/** @throws UsageError for networks that were given by id and are not there. */
export async function checkGivenNetwork({ api, ctx, settings, again }: OpenDesk): Promise<void> {
  const problems = await networkProblems(api, settings() as UcloudSettings, ctx.signal);
  const [first] = problems;
  if (first === undefined) return;
  throw new UsageError(first.text, {
    code: 'ucloud-network',
    why: [
      ...problems.slice(1).map(({ text }) => text),
      first.offered.length === 0 ? 'there is none' : `there is ${first.offered.join(', ')}`,
    ],
    next: again({ [first.key]: first.offered[0] ?? '<id>' }),
  });
}
