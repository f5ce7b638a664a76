import type { Job } from '../../clients/nomad-job-model.js';
import { UsageError } from '@nomadctl/base/errors';
import { nomadctl } from '@nomadctl/base/hint/hint';
import { jobWords } from '../parse/in-namespace.js';

/**
 * The version to go back to. Without a number: the newest earlier one that was healthy, else the one before.
 * @throws UsageError `version-unknown`
 */
export function chooseVersion(id: string, newestFirst: readonly Job[], wanted: number | undefined): Job {
  const [current, ...earlier] = newestFirst;
  // A stop is a version, too.
  const running = earlier.filter(({ Stop }) => !Stop);
  const target =
    wanted === undefined ? (running.find(({ Stable }) => Stable) ?? running[0]) : newestFirst.find(({ Version }) => Version === wanted);
  if (target && target !== current && !target.Stop) return target;
  const known = earlier.map(({ Version, Stable, Stop }) => `${Version}${Stop ? ' (stopped)' : Stable ? ' (was healthy)' : ''}`);
  const words = jobWords(id, current?.Namespace);
  throw new UsageError(problemOf(id, { target, current, wanted }), {
    code: 'version-unknown',
    why: known.length > 0 ? `Nomad keeps ${known.join(', ')}` : `it is at version ${current?.Version ?? 0}, and Nomad keeps no other`,
    next: target?.Stop ? nomadctl`job revert ${words}` : nomadctl`job status ${words}`,
  });
}

function problemOf(
  id: string,
  { target, current, wanted }: { target?: Job | undefined; current?: Job | undefined; wanted?: number | undefined },
): string {
  if (!target) return `job ${id} has no ${wanted === undefined ? 'earlier version' : `version ${wanted}`}`;
  const stopped = target.Stop ? ', and stopped' : '';
  return target === current
    ? `job ${id} is at version ${target.Version} already${stopped}`
    : `version ${target.Version} of job ${id} is a stop: there is nothing to run in it`;
}
