import { UsageError } from '@nomadctl/base/errors';
import { networkProblems } from '../../../ucloud/network/network-problems.js';
import type { UcloudSettings } from '../../../ucloud/settings/options.js';
import type { ConnectedContext } from './interview-context.js';

/** @throws UsageError for networks that were given by id and are not there. */
export async function checkNetwork({ api, ctx, settings, again }: ConnectedContext): Promise<void> {
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
